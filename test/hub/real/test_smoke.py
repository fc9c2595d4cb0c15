"""The smoke test's own program against this hub, and what its token may do."""

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from hub import Hub
from kubernetes_api import Cluster


def smoke_pods(cluster: Cluster, since: int) -> list[dict[str, Any]]:
    return [body for kind, body in cluster.created[since:] if kind == "pods"]


def assert_nothing_stays(hub: Hub, cluster: Cluster) -> None:
    assert not [name for name in [*cluster.claims, *cluster.pods] if "opensarlab" in name]
    headers = {"Authorization": f"token {hub.smoke_token}"}
    users = requests.get(f"http://127.0.0.1:{hub.port}/hub/api/users", headers=headers, timeout=30).json()
    assert [user["name"] for user in users] == []


def test_every_profile_is_started_and_nothing_stays(
    hub: Hub, cluster: Cluster, smoke: Callable[[Hub], subprocess.CompletedProcess[str]], rendered: Path
) -> None:
    before, asked = len(cluster.created), len(cluster.cells)
    result = smoke(hub)
    assert result.returncode == 0, result.stdout + result.stderr + hub.log[-3000:]
    assert "JupyterHub 5.5.0\n" in result.stdout
    assert "All 4 profiles start." in result.stdout
    started = [pod["metadata"]["labels"]["profile_name"] for pod in smoke_pods(cluster, before)]
    assert sorted(started) == ["Closed", "Hello_World", "Passing", "SAR_1"]
    # At once, each as a user of its own, in whose server a kernel answered.
    users = [f"opensarlab-smoke-{number}" for number in (1, 2, 3, 4)]
    assert sorted(cluster.cells[asked:]) == [(user, "print(6*7)") for user in users]
    # Each with a home that Kubernetes deletes with the pod, of the profile's size, and never as root.
    for pod in smoke_pods(cluster, before):
        assert any("ephemeral" in volume for volume in pod["spec"]["volumes"])
        assert pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] is False
    assert_nothing_stays(hub, cluster)
    assert json.loads((rendered / "smoke-test.json").read_text())["users"][:4] == users


def test_a_profile_that_does_not_start_fails_it(
    hub: Hub, cluster: Cluster, smoke: Callable[[Hub], subprocess.CompletedProcess[str]]
) -> None:
    cluster.refuses = lambda pod: pod["metadata"]["labels"]["profile_name"] == "SAR_1"
    result = smoke(hub)
    assert result.returncode == 1
    assert "profile sar-1: the hub gave up starting the server\n  Spawn failed" in result.stderr
    assert "exceeded quota" in result.stderr
    assert "1 of 4 profiles did not start: sar-1" in result.stderr
    assert "profile closed: started" in result.stdout


def test_a_profile_that_never_gets_ready_fails_it_and_is_stopped(
    hub: Hub, cluster: Cluster, smoke: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    cluster.delays = lambda pod: pod["metadata"]["labels"]["profile_name"] == "SAR_1"
    result = smoke(hub, SMOKE_TIMEOUT_SECONDS="4")
    assert result.returncode == 1, result.stderr
    assert "profile sar-1: Starting took longer than 4 s.\n  Server requested" in result.stderr
    assert "1 of 4 profiles did not start: sar-1" in result.stderr
    assert "profile closed: started" in result.stdout
    assert_nothing_stays(hub, cluster)


def test_another_image_than_the_declared_one_fails_it(
    hub: Hub, smoke: Callable[..., subprocess.CompletedProcess[str]], rendered: Path, tmp_path: Path
) -> None:
    declared = json.loads((rendered / "smoke-test.json").read_text())
    declared["profiles"][1]["image"] = "elsewhere/sar:1"
    (tmp_path / "opensarlab" / "smoke-test.json").write_text(json.dumps(declared))
    result = smoke(hub)
    assert result.returncode == 1
    assert "profile sar-1: it runs the image 123456789012.dkr.ecr" in result.stderr
    assert ", not elsewhere/sar:1" in result.stderr


def test_a_hub_that_restarts_is_asked_again(
    hub: Hub, cluster: Cluster, smoke: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The proxy of a hub that is away answers 503."""
    asked, restarted = threading.Event(), threading.Event()

    def delays(_: Any) -> bool:
        asked.set()
        return not restarted.is_set()

    def restart() -> None:
        asked.wait(30)
        restarted.set()
        hub.restart_hub()

    cluster.delays = delays

    thread = threading.Thread(target=restart)
    thread.start()
    result = smoke(hub, SMOKE_TIMEOUT_SECONDS="60")
    thread.join()
    assert result.returncode == 0, result.stdout + result.stderr
    assert_nothing_stays(hub, cluster)


def test_a_profile_that_the_hub_does_not_have_fails_it(
    other_hub: Hub, smoke: Callable[[Hub], subprocess.CompletedProcess[str]]
) -> None:
    result = smoke(other_hub)
    assert result.returncode == 1
    assert "1 of 4 profiles did not start: passing" in result.stderr


def test_the_token_is_for_the_smoke_tests_users_alone(hub: Hub, pool: Any, new_browser: Callable[..., Any]) -> None:
    pool.add("ann")
    new_browser().sign_in("ann")

    def status(method: str, path: str, token: str = hub.smoke_token, **kwargs: Any) -> int:
        headers = {"Authorization": f"token {token}"}
        answer = requests.request(
            method, f"http://127.0.0.1:{hub.port}/hub/api{path}", headers=headers, timeout=30, **kwargs
        )
        return answer.status_code

    refused = [
        ("GET", "/users/ann"),
        ("POST", "/users/ann/server"),
        ("DELETE", "/users/ann"),
        ("PATCH", "/users/ann"),
        ("POST", "/users/eve"),
        ("POST", "/users/ann/tokens"),
        ("POST", "/users/opensarlab-smoke/server"),
        ("POST", "/users/opensarlab-smoke-1/tokens"),
        ("GET", "/groups"),
        ("GET", "/services"),
        ("GET", "/proxy"),
        ("GET", "/info"),
        ("POST", "/shutdown"),
    ]
    for method, path in refused:
        assert status(method, path, json={}) in (403, 404), (method, path)
    # JupyterHub 5.5.0 overlooks the role's user here: it makes a user, who has no account and no rights.
    assert status("POST", "/users", json={"usernames": ["eve"], "admin": True}) == 403
    assert status("POST", "/users", json={"usernames": ["eve"]}) in (201, 403)
    assert status("POST", "/users/eve/server") in (403, 404)
    assert status("GET", "/users/ann", token="another") == 403
    users = requests.get(
        f"http://127.0.0.1:{hub.port}/hub/api/users", headers={"Authorization": f"token {hub.smoke_token}"}, timeout=30
    ).json()
    assert [user["name"] for user in users if not user["name"].startswith("opensarlab-smoke-")] == []
    # Nor does it make an administrator of its user.
    assert status("POST", "/users/opensarlab-smoke-1") == 201
    assert status("PATCH", "/users/opensarlab-smoke-1", json={"admin": True}) == 403
    assert status("DELETE", "/users/opensarlab-smoke-1") == 204
