"""A JupyterHub with the chart's proxy, as processes of the test."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from loopback import free_port

HERE = Path(__file__).parent
SOURCES = HERE.parents[2] / "cluster" / "jupyterhub" / "hub"
# Without `node` of its own the test uses the one on the PATH.
NODE = os.environ.get("OPENSARLAB_NODE", "node")
PROXY = HERE / "proxy" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
# Seconds; a busy machine takes its time to import JupyterHub.
PATIENCE = 30


@dataclass
class Hub:
    """A hub in a folder of its own, which keeps its database when the hub is started again.

    `config_folder` is the image's `jupyterhub_config.d`; an empty one makes it the image that the chart brings.
    """

    folder: Path
    values: Mapping[str, Any]
    kubernetes_port: int
    notebook_port: int
    config_folder: Path = SOURCES / "config.d"
    port: int = field(default_factory=free_port)
    hub_port: int = field(default_factory=free_port)
    proxy_api_port: int = field(default_factory=free_port)
    smoke_token: str = field(default_factory=lambda: secrets.token_hex(32))
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text(errors="replace")

    def write_files(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        state = self.folder / "test.json"
        kept = json.loads(state.read_text()) if state.exists() else {}
        test = {
            "cookie_secret": secrets.token_hex(32),
            "crypt_key": secrets.token_hex(32),
            "service_tokens": {"smoke-test": self.smoke_token},
            **kept,
            "config_folder": str(self.config_folder),
            "hub_port": self.hub_port,
            "notebook_port": self.notebook_port,
            "proxy_api_port": self.proxy_api_port,
        }
        state.write_text(json.dumps(test))
        (self.folder / "values.json").write_text(json.dumps(self.values))
        server = {"cluster": {"server": f"http://127.0.0.1:{self.kubernetes_port}"}, "name": "test"}
        context = {"context": {"cluster": "test", "user": "test"}, "name": "test"}
        kubeconfig = {"clusters": [server], "contexts": [context], "users": [{"name": "test", "user": {}}]}
        (self.folder / "kubeconfig").write_text(json.dumps(kubeconfig | {"current-context": "test"}))

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts the hub's process alone."""
        self.write_files()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            "PYTHONPATH": str(SOURCES),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CONFIGPROXY_AUTH_TOKEN": "proxy-token",
            "OPENSARLAB_HUB_FOLDER": str(self.folder),
        }
        command = [sys.executable, "-m", "jupyterhub", "--config", str(HERE / "chart_config.py")]
        with (self.folder / "hub.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start(self) -> "Hub":
        """Starts proxy and hub and waits until the hub answers through the proxy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = ["--port", str(self.port), "--api-ip", "127.0.0.1", "--api-port", str(self.proxy_api_port)]
        command = [
            NODE,
            str(PROXY),
            "--ip",
            "127.0.0.1",
            *ports,
            "--error-target",
            f"http://127.0.0.1:{self.hub_port}/hub/error",
        ]
        environment = {"PATH": os.environ["PATH"], "CONFIGPROXY_AUTH_TOKEN": "proxy-token"}
        with (self.folder / "proxy.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        process = self.launch()
        wait_until(lambda: process.poll() is not None or self.answers(), "The hub did not start.")
        if process.poll() is not None:
            raise RuntimeError(f"The hub ended with {process.returncode}:\n{self.log[-4000:]}")
        return self

    def restart_hub(self) -> None:
        """Ends the hub's process alone and starts it again; the proxy stays."""
        lost = self.processes.pop()
        lost.kill()
        lost.wait()
        self.launch()

    def answers(self) -> bool:
        """Whether the load balancer's health check passes."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/hub/health", timeout=5) as response:
                return bool(response.status == 200)
        except (HTTPError, URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """Ends it as a lost machine does; servers and database stay."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()


def wait_until(done: Callable[[], Any], message: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise AssertionError(message)
        time.sleep(0.05)
