"""Runs AWS command lines in one process: a JSON list of arguments per line of the input, a JSON answer per line of the output.

Starting the command line takes most of a second; its driver can be called as often as one likes. Connections leave this
machine under no circumstances, and waiting is short: the sandbox's clock runs a thousand times as fast.
"""

import io
import json
import socket
import sys
import time
from contextlib import redirect_stderr, redirect_stdout

from awscli.clidriver import create_clidriver

connect = socket.socket.connect
sleep = time.sleep


def connect_on_loopback(self, address):
    """Refuses every address but loopback's."""
    if self.family == socket.AF_INET and address[0] != "127.0.0.1":
        raise ConnectionRefusedError(f"{address[0]} is not loopback")
    return connect(self, address)


def run(arguments: list[str]) -> dict:
    """One command line, as the program `aws` would end."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = driver.main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return {"status": status or 0, "stdout": texts[0], "stderr": texts[1]}


socket.socket.connect = connect_on_loopback
time.sleep = lambda seconds: sleep(min(seconds, 0.1))
driver = create_clidriver()
for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
