"""A database that a newer JupyterHub has changed, and which this one cannot read.

Before it changes the schema, a JupyterHub copies the file to `jupyterhub.sqlite.YEAR-MONTH-DAY-TIME`
(jupyterhub.dbutil). When its hub does not work, Helm brings this one back; then the newest of the copies that this one
can read takes the place of the database, which is kept beside it. Whatever was written in between is only in the one
that is kept.
"""

import logging
import shutil
import sqlite3
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

log = logging.getLogger(__name__)


def configure(c: Any) -> None:
    """Sees to it that the database is one that this JupyterHub can read, as far as there is one."""
    url = str(c.JupyterHub.db_url)
    if url.startswith("sqlite:///"):
        restore_readable(Path(url.removeprefix("sqlite:///")))


def restore_readable(database: Path) -> None:
    """Puts the newest readable copy in the place of a database of a newer JupyterHub; leaves any other as it is."""
    known = known_revisions()
    revision = revision_of(database)
    if revision is None or revision in known:
        return
    copies = [copy for copy in database.parent.glob(f"{database.name}.2*") if revision_of(copy) in known]
    if not copies:
        log.error("%s is of a newer JupyterHub (%s), and there is no copy that this one can read.", database, revision)
        return
    newest = max(copies, key=lambda copy: copy.stat().st_mtime)
    kept = database.with_name(f"{database.name}.newer-{datetime.now(UTC):%Y-%m-%d-%H%M%S}")
    shutil.copy2(database, kept)
    # In one step, so that a hub that is stopped meanwhile finds one or the other.
    restored = database.with_name(f"{database.name}.restored")
    shutil.copy2(newest, restored)
    restored.replace(database)
    log.warning("%s was of a newer JupyterHub (%s) and is kept as %s; %s is used.", database, revision, kept, newest)


def known_revisions() -> set[str]:
    """The schemas that this JupyterHub knows; an older one it brings up to date by itself."""
    return {script.revision for script in ScriptDirectory(str(files("jupyterhub") / "alembic")).walk_revisions()}


def revision_of(database: Path) -> str | None:
    """The schema of a database; none of a file that is none, or has no schema yet."""
    if not database.is_file():
        return None
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return None
    finally:
        connection.close()
    return None if row is None else str(row[0])
