"""Starts JupyterLab as the hub would and waits until it answers."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:18888"
SECONDS = 120


def answer(path: str) -> bytes:
    with urllib.request.urlopen(ADDRESS + path, timeout=5) as response:
        return response.read()


command = ["jupyter", "lab", "--no-browser", "--ip=127.0.0.1", "--port=18888", "--ServerApp.port_retries=0"]
lab = subprocess.Popen([*command, "--IdentityProvider.token="])
try:
    for _ in range(SECONDS):
        if lab.poll() is not None:
            sys.exit(f"JupyterLab ended with {lab.returncode}.")
        try:
            status = json.loads(answer("/api/status"))
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(1)
    else:
        sys.exit(f"JupyterLab did not answer within {SECONDS} seconds.")
    if b"jupyter-config-data" not in answer("/lab"):
        sys.exit("JupyterLab's page has no configuration.")
    print(f"JupyterLab answers; kernels running: {status['kernels']}")
finally:
    lab.terminate()
    lab.wait(timeout=30)
