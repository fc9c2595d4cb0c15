"""What the tests share: the rendered values, an imitated user pool, an imitated Kubernetes API, and a hub on top."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import cognito
from browser import HUB, SIGN_IN, Browser
from hub import NODE, SOURCES, Hub
from kubernetes_api import Cluster, kubernetes_api, notebook_server
from loopback import LoopbackServer
from tls import server_tls

POOL_ID = "us-west-2_Example"
ISSUER = f"https://cognito-idp.us-west-2.amazonaws.com/{POOL_ID}"
SMOKE_TEST = SOURCES.parent / "smoke-test.mjs"

# What the program calls: it reads the token from the chart's secret, and `port-forward` leads to the proxy.
KUBECTL = """#!/usr/bin/env python3
import base64, os, socket, sys, threading, urllib.request

if "secret" in sys.argv:
    print(base64.b64encode(os.environ["SMOKE_TOKEN"].encode()).decode(), end="")
    sys.exit()

if "pods" in sys.argv:
    # The API server gives all; the program looks for the one of its user.
    with urllib.request.urlopen(os.environ["PODS"]) as response:
        print(response.read().decode(), end="")
    sys.exit()


def pump(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


listener = socket.create_server(("127.0.0.1", int(sys.argv[-1].split(":")[0])))
while True:
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", int(os.environ["PROXY_PORT"])))
    for ends in ((client, server), (server, client)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
"""

INSTALL = {
    "HUB_IMAGE_TAG": "0123456",
    "USER_POOL_ID": POOL_ID,
    "USER_POOL_CLIENT_ID": "client1",
    "SIGN_IN_DOMAIN": SIGN_IN,
    "DEPLOYMENT_URL": HUB,
}


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Values as Helm merges them: maps by key, anything else replaced, null removes."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            if isinstance(value, Mapping):
                below = result.get(key)
                result[key] = merged(below if isinstance(below, Mapping) else {}, value)
            else:
                result[key] = deepcopy(value)
    return result


@pytest.fixture(scope="session")
def rendered() -> Path:
    """A folder as the repository NAME-cluster has it, made by the check with the product's own rendering, with the
    chart's default values beside it."""
    return Path(os.environ["OPENSARLAB_RENDERED"])


@pytest.fixture(scope="session")
def install_values(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """What the installation adds, by its own program."""
    secret = tmp_path_factory.mktemp("secret") / "client-secret"
    secret.write_text("secret1\n")

    def make(**environment: str) -> dict[str, Any]:
        command = [NODE, str(SOURCES.parent / "install-values.mjs"), str(secret)]
        done = subprocess.run(command, env=INSTALL | environment, capture_output=True, check=True)
        values: dict[str, Any] = json.loads(done.stdout)
        return values

    return make


@pytest.fixture(scope="session")
def chart_values(rendered: Path) -> dict[str, Any]:
    """The chart's defaults with ours that are the same for every deployment."""
    layers = [json.loads((rendered / name).read_text()) for name in ("chart-defaults.json", "common-values.json")]
    return merged(*layers)


@pytest.fixture(scope="session")
def hub_values(
    rendered: Path, chart_values: dict[str, Any], install_values: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """Everything Helm merges."""
    return merged(chart_values, json.loads((rendered / "values.json").read_text()), install_values())


@pytest.fixture(scope="session")
def pool() -> cognito.Pool:
    return cognito.Pool(ISSUER, "client1", "secret1", f"{HUB}/hub/oauth_callback", HUB)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture(scope="session")
def servers(pool: cognito.Pool, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    hosts = [address.removeprefix("https://").split("/")[0] for address in (SIGN_IN, ISSUER)]
    tls, certificate = server_tls(tmp_path_factory.mktemp("tls"), *hosts)
    with (
        LoopbackServer(cognito.application(pool), tls) as cognito_server,
        kubernetes_api(cluster) as kubernetes,
        notebook_server(cluster) as notebook,
    ):
        yield {"cognito": cognito_server, "kubernetes": kubernetes, "notebook": notebook, "certificate": certificate}


@pytest.fixture(scope="session")
def make_hub(servers: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Hub]]:
    """Makes hubs whose requests to Cognito's addresses arrive at the imitated pool; the names stay, and with them the
    check of the certificate. Sessions are refreshed with every request."""
    made: list[Hub] = []
    connect = f"""
import pycurl
c.CognitoAuthenticator.http_request_kwargs = {{
    "ca_certs": {str(servers["certificate"])!r},
    "prepare_curl_callback": lambda curl: curl.setopt(pycurl.CONNECT_TO, ["::127.0.0.1:{servers["cognito"].tls_port}"]),
}}
c.CognitoAuthenticator.auth_refresh_age = -1
c.KubeSpawner.delete_grace_period = 0
"""

    def make(values: Mapping[str, Any], **arguments: Any) -> Hub:
        folder = tmp_path_factory.mktemp("hub")
        # The hub waits for services behind its proxy; these answer.
        here = {"url": f"http://127.0.0.1:{servers['notebook'].port}"}
        answering = {name: here for name, service in values["hub"]["services"].items() if "url" in service}
        changed = merged(values, {"hub": {"extraConfig": {"test": connect}, "services": answering}})
        ports = {"kubernetes_port": servers["kubernetes"].port, "notebook_port": servers["notebook"].port}
        hub = Hub(folder, changed, **(ports | arguments))
        made.append(hub)
        return hub

    yield make
    for hub in made:
        hub.stop()
        shutil.rmtree(hub.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def hub(make_hub: Callable[..., Hub], hub_values: dict[str, Any]) -> Hub:
    """The hub of the rendered deployment."""
    return make_hub(hub_values).start()


@pytest.fixture(scope="session")
def other_hub(make_hub: Callable[..., Hub], hub_values: dict[str, Any]) -> Hub:
    """A hub where no group exists, one profile was forgotten, and the values ask for another authenticator. It reads
    the pool's keys as often as it has to."""
    profiles = [profile for profile in hub_values["custom"]["profiles"] if profile["slug"] != "passing"]
    wish = {"JupyterHub": {"authenticator_class": "dummy"}, "DummyAuthenticator": {"allow_all": True}}
    keys = "from opensarlab_hub import authenticator; authenticator.KEYS_AGE = -1"
    changes = {"custom": {"groups": [], "profiles": profiles}, "hub": {"config": wish, "extraConfig": {"keys": keys}}}
    return make_hub(merged(hub_values, changes)).start()


@pytest.fixture
def smoke(rendered: Path, tmp_path: Path) -> Callable[[Hub], subprocess.CompletedProcess[str]]:
    (tmp_path / "opensarlab").mkdir()
    (tmp_path / "opensarlab" / "smoke-test.json").write_text((rendered / "smoke-test.json").read_text())
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL)
    kubectl.chmod(0o755)

    def run(hub: Hub, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "SMOKE_TOKEN": hub.smoke_token,
            "PROXY_PORT": str(hub.port),
            "PODS": f"http://127.0.0.1:{hub.kubernetes_port}/api/v1/namespaces/jupyter/pods",
            "SMOKE_POLL_SECONDS": "0.2",
            "SMOKE_TIMEOUT_SECONDS": "30",
        }
        command, env = [NODE, str(SMOKE_TEST)], environment | more
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def new_browser(hub: Hub, servers: dict[str, Any]) -> Callable[..., Browser]:
    def make(of: Hub = hub) -> Browser:
        return Browser(of.port, servers["cognito"].port)

    return make


@pytest.fixture(autouse=True)
def honest_pool(pool: cognito.Pool, cluster: Cluster) -> Iterator[None]:
    """Whatever a test changed about tokens and pods ends with it."""
    yield
    pool.change_claims, pool.sign, pool.broken, pool.signing_key = lambda claims: claims, None, False, "key-1"
    cluster.refuses = cluster.delays = lambda pod: False
