"""The smoke test's own program against this hub, and what its token may do."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from hub import Hub
from kubernetes_api import Cluster


def smoke_pods(cluster: Cluster, since: int) -> list[dict[str, Any]]:
    return [body for kind, body in cluster.created[since:] if kind == "pods"]


def test_every_profile_is_started_and_nothing_stays(
    hub: Hub, cluster: Cluster, smoke: Callable[[Hub], subprocess.CompletedProcess[str]], rendered: Path
) -> None:
    before = len(cluster.created)
    result = smoke(hub)
    assert result.returncode == 0, result.stdout + result.stderr + hub.log[-3000:]
    assert "JupyterHub 5.5.0\n" in result.stdout
    assert "All 4 profiles start." in result.stdout
    started = [pod["metadata"]["labels"]["profile_name"] for pod in smoke_pods(cluster, before)]
    assert started == ["Hello_World", "SAR_1", "Passing", "Closed"]
    # Each with a home that Kubernetes deletes with the pod, of the profile's size, and never as root.
    for pod in smoke_pods(cluster, before):
        assert any("ephemeral" in volume for volume in pod["spec"]["volumes"])
        assert pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] is False
    assert "claim-opensarlab-2dsmoke" not in cluster.claims
    assert "jupyter-opensarlab-2dsmoke" not in cluster.pods
    assert json.loads((rendered / "smoke-test.json").read_text())["user"] == "opensarlab-smoke"


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
    assert "jupyter-opensarlab-2dsmoke" not in cluster.pods


def test_a_profile_that_the_hub_does_not_have_fails_it(
    other_hub: Hub, smoke: Callable[[Hub], subprocess.CompletedProcess[str]]
) -> None:
    result = smoke(other_hub)
    assert result.returncode == 1
    assert "1 of 4 profiles did not start: passing" in result.stderr


def test_the_token_is_for_the_smoke_tests_user_alone(hub: Hub, pool: Any, new_browser: Callable[..., Any]) -> None:
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
        ("POST", "/users/opensarlab-smoke/tokens"),
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
    assert [user["name"] for user in users if user["name"] != "opensarlab-smoke"] == []
    # Nor does it make an administrator of its user.
    assert status("POST", "/users/opensarlab-smoke") == 201
    assert status("PATCH", "/users/opensarlab-smoke", json={"admin": True}) == 403
    assert status("DELETE", "/users/opensarlab-smoke") == 204
