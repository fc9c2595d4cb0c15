"""Runs code in a kernel as a notebook does: run_kernel.py KERNEL CODE. An error in the code is an error here."""

import sys

from jupyter_client.manager import start_new_kernel

kernel, code = sys.argv[1:]
manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=120)
try:
    reply = client.execute_interactive(code, timeout=300, allow_stdin=False)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
if reply["content"]["status"] != "ok":
    sys.exit(f"The kernel {kernel} failed: {reply['content'].get('evalue', reply['content'])}")
