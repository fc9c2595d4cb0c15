"""`%df` says how full the home volume is: `%df [PATH]`."""

import shutil
from pathlib import Path

from IPython.core.magic import register_line_magic


@register_line_magic
def df(line: str) -> None:
    """Prints used and free GiB of the volume that holds PATH, by default the home folder."""
    path = Path(line.strip() or Path.home()).expanduser()
    if not path.exists():
        print(f"There is no {path}.")
        return
    total, used, free = (amount / 2**30 for amount in shutil.disk_usage(path))
    print(f"{path}: {used:.1f} of {total:.1f} GiB used, {free:.1f} GiB free")


del df
