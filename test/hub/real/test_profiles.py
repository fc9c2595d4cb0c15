"""Who sees which profile, and what pod it becomes with the real KubeSpawner."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from browser import HUB, Browser
from cognito import Account, Pool
from hub import Hub, wait_until
from kubernetes_api import Cluster

New = Callable[..., Browser]
SLUGS = ["hello-world", "sar-1", "passing", "closed"]


class Person:
    """Somebody at a browser, with an account that the test can change."""

    def __init__(self, browser: Browser, account: Account) -> None:
        self.browser = browser
        self.account = account

    def offered(self) -> list[str]:
        """The slugs of the profiles on the page."""
        return re.findall(r'name="profile"[^>]*value="([^"]+)"', self.browser.get(f"{HUB}/hub/spawn").text)

    def server(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.browser.call("GET", f"/users/{self.account.name}").json()["servers"].get("")
        return found

    def start(self, profile: str | None = None) -> None:
        body = {} if profile is None else {"profile": profile}
        answer = self.browser.call("POST", f"/users/{self.account.name}/server", json=body)
        assert answer.status_code in (201, 202), answer.text
        wait_until(self.started, "The server did not start.")

    def started(self) -> bool:
        server = self.server()
        assert server is not None, "The hub gave up starting the server."
        return bool(server["ready"])

    def stop(self) -> None:
        answer = self.browser.call("DELETE", f"/users/{self.account.name}/server")
        assert answer.status_code in (202, 204), answer.text
        wait_until(lambda: self.server() is None, "The server did not stop.")


@pytest.fixture
def person(new_browser: New, pool: Pool) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []

    def make(name: str, *groups: str, **where: Hub) -> Person:
        browser = new_browser(**where)
        account = pool.add(name, *groups)
        browser.sign_in(name)
        made.append(Person(browser, account))
        return made[-1]

    yield make
    for each in made:
        each.account.enabled = True
        if each.server():
            each.stop()


def container(pod: dict[str, Any]) -> dict[str, Any]:
    only: dict[str, Any]
    (only,) = pod["spec"]["containers"]
    return only


def test_profiles_are_for_members_and_for_all_users(person: Callable[..., Person]) -> None:
    assert person("ann").offered() == ["hello-world"]
    assert person("bob", "SAR_1").offered() == ["hello-world", "sar-1"]
    # A closed course, and groups that are only alike.
    assert person("cyd", "Closed", "SAR_10", "sar_1").offered() == ["hello-world"]


def test_a_profile_is_named_and_described_on_the_page(person: Callable[..., Person]) -> None:
    page = person("ann").browser.get(f"{HUB}/hub/spawn").text
    assert "Hello World" in page
    assert "(Sudo Enabled)" not in page


def test_a_profile_comes_and_goes_with_the_group(person: Callable[..., Person]) -> None:
    ann = person("ann")
    ann.account.groups = ["SAR_1"]
    assert ann.offered() == ["hello-world", "sar-1"]
    ann.account.groups = []
    assert ann.offered() == ["hello-world"]


@pytest.mark.parametrize("profile", ["sar-1", "closed", "SAR 1", "nothing"])
def test_a_profile_of_others_cannot_be_started(person: Callable[..., Person], cluster: Cluster, profile: str) -> None:
    ann = person("ann")
    before = len(cluster.created)
    ann.browser.call("POST", "/users/ann/server", json={"profile": profile})
    wait_until(lambda: ann.server() is None, "The start did not end.")
    ann.browser.form("/hub/spawn", profile=profile)
    wait_until(lambda: ann.server() is None, "The start did not end.")
    assert cluster.created[before:] == []


def test_a_form_starts_a_server(person: Callable[..., Person], cluster: Cluster) -> None:
    ann = person("ann")
    ann.browser.get(f"{HUB}/hub/spawn")
    page = ann.browser.form("/hub/spawn", profile="hello-world")
    assert page.status_code == 200
    wait_until(ann.started, "The server did not start.")
    assert cluster.last_pod()["metadata"]["labels"]["profile_name"] == "Hello_World"


def test_without_a_profile_there_is_a_clear_page_and_no_server(
    other_hub: Hub, person: Callable[..., Person], cluster: Cluster
) -> None:
    ann = person("ann", of=other_hub)
    before = len(cluster.created)
    page = ann.browser.get(f"{HUB}/hub/spawn")
    assert page.status_code == 403
    assert "You are in no group that may start a server." in page.text
    for options in ({}, {"profile": "hello-world"}):
        ann.browser.call("POST", "/users/ann/server", json=options)
        wait_until(lambda: ann.server() is None, "The start did not end.")
        ann.browser.form("/hub/spawn", **options)
        wait_until(lambda: ann.server() is None, "The start did not end.")
    assert cluster.created[before:] == []


def test_the_pod_is_what_the_declaration_says(person: Callable[..., Person], cluster: Cluster) -> None:
    ann = person("ann", "SAR_1")
    ann.start("sar-1")
    pod = cluster.last_pod()
    spec, main = pod["spec"], container(pod)
    registry = "123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container"
    assert pod["metadata"]["name"] == "jupyter-ann"
    assert pod["metadata"]["labels"] | {"server_type": "sar1", "profile_name": "SAR_1"} == pod["metadata"]["labels"]
    assert main["image"] == f"{registry}/sar:2026.11"
    assert main["resources"]["limits"] == {"cpu": 8.0, "memory": 30 * 2**30}
    assert main["resources"]["requests"] == {"cpu": 1.0, "memory": 6 * 2**30}
    assert spec["nodeSelector"] == {"server_type": "sar1"}
    (term,) = spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}]
    assert main["lifecycle"]["postStart"]["exec"]["command"] == ["/bin/bash", "/etc/singleuser/hooks/sar.sh"]
    assert main["securityContext"]["allowPrivilegeEscalation"] is False
    assert spec["securityContext"] == {"fsGroup": 100}
    assert main["securityContext"]["runAsUser"] == 1000
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("archive-reader", False)
    environment = {each["name"]: each.get("value") for each in main["env"]}
    assert environment["OPENSARLAB_PROFILE_NAME"] == "SAR 1"
    assert environment["JUPYTERHUB_DEFAULT_URL"] == "/lab"
    # Nothing of the hub's own: no client secret, no token of the pool.
    assert "secret1" not in str(pod)
    assert not [name for name in environment if "OAUTH_CLIENT_SECRET" in name or "ACCESS_TOKEN" in name]


def test_the_home_is_a_claim_of_the_users_name_and_the_profiles_size(
    person: Callable[..., Person], cluster: Cluster
) -> None:
    name = "ann-lee.2"
    ann = person(name, "SAR_1")
    ann.start("sar-1")
    claim = "claim-ann-2dlee-2e2"
    assert cluster.claims[claim]["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "gp3",
        "resources": {"requests": {"storage": "500Gi"}},
    }
    pod = cluster.last_pod()
    volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
    assert volumes["home"] == {"name": "home", "persistentVolumeClaim": {"claimName": claim}}
    mounts = {mount["mountPath"]: mount["name"] for mount in container(pod)["volumeMounts"]}
    assert mounts["/home/jovyan"] == "home"
    ann.stop()
    assert claim in cluster.claims


@pytest.mark.parametrize("name", ["ann@example.org", "a" * 63, "a-b_c.d+e@f" * 11, "1"])
def test_whatever_the_pool_allows_as_a_name_gets_a_server(person: Callable[..., Person], name: str) -> None:
    person(name).start()


def test_hooks_and_magics_are_files_of_the_server(person: Callable[..., Person], cluster: Cluster) -> None:
    ann = person("ann")
    ann.start()
    pod = cluster.last_pod()
    mounts = {mount["mountPath"]: mount.get("subPath") for mount in container(pod)["volumeMounts"]}
    assert mounts["/etc/singleuser/hooks/sar.sh"] == "hooks-sar-sh"
    assert mounts["/etc/ipython/startup/00-df.py"] == "custom-magics-00-df-py"
    # Without a profile it is the default one.
    assert pod["metadata"]["labels"]["profile_name"] == "Hello_World"


def test_a_passing_home_ends_with_the_server_and_spares_the_other(
    person: Callable[..., Person], cluster: Cluster
) -> None:
    ann = person("zoe", "Passing")
    ann.start("hello-world")
    ann.stop()
    assert "claim-zoe" in cluster.claims
    created = len(cluster.created)
    ann.start("passing")
    assert [kind for kind, _ in cluster.created[created:]] == ["pods"]
    volumes = {volume["name"]: volume for volume in cluster.last_pod()["spec"]["volumes"]}
    template = volumes["home"].pop("ephemeral")["volumeClaimTemplate"]
    assert volumes["home"] == {"name": "home"}
    assert template["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "gp3",
        "resources": {"requests": {"storage": "20Gi"}},
    }
    environment = {each["name"]: each.get("value") for each in container(cluster.last_pod())["env"]}
    assert environment["JUPYTERHUB_DEFAULT_URL"] == "/desktop"
    ann.stop()
    assert "claim-zoe" in cluster.claims
    ann.start("hello-world")
    volumes = {volume["name"]: volume for volume in cluster.last_pod()["spec"]["volumes"]}
    assert volumes["home"]["persistentVolumeClaim"] == {"claimName": "claim-zoe"}


def test_root_is_for_members_of_sudo_and_only_as_long_as_they_are(
    person: Callable[..., Person], cluster: Cluster
) -> None:
    ann = person("ann", "sudo")
    assert "Hello World (Sudo Enabled)" in ann.browser.get(f"{HUB}/hub/spawn").text
    ann.start("hello-world")
    pod = cluster.last_pod()
    assert container(pod)["securityContext"]["allowPrivilegeEscalation"] is True
    assert pod["spec"]["securityContext"]["supplementalGroups"] == [599]
    ann.stop()
    ann.account.groups = []
    ann.start("hello-world")
    pod = cluster.last_pod()
    assert container(pod)["securityContext"]["allowPrivilegeEscalation"] is False
    assert "supplementalGroups" not in pod["spec"]["securityContext"]


def test_a_start_that_failed_leaves_nothing_to_the_next(person: Callable[..., Person], cluster: Cluster) -> None:
    ann = person("ann", "sudo", "SAR_1")
    cluster.refuses = lambda pod: True
    ann.browser.call("POST", "/users/ann/server", json={"profile": "sar-1"})
    wait_until(lambda: ann.server() is None, "The start did not end.")
    cluster.refuses = lambda pod: False
    ann.account.groups = []
    ann.start("hello-world")
    pod = cluster.last_pod()
    main = container(pod)
    assert main["securityContext"]["allowPrivilegeEscalation"] is False
    assert "supplementalGroups" not in pod["spec"]["securityContext"]
    assert main["lifecycle"]["postStart"]["exec"]["command"][1].endswith("helloworld.sh")
    assert pod["spec"]["nodeSelector"] == {"server_type": "small"}
    assert main["resources"]["limits"] == {}
    assert "serviceAccountName" not in pod["spec"]


def test_a_user_without_an_account_any_more_starts_nothing(person: Callable[..., Person], cluster: Cluster) -> None:
    ann, boss = person("ann"), person("jdoe")
    before = len(cluster.created)
    ann.account.enabled = False
    assert ann.browser.call("POST", "/users/ann/server", json={}).status_code == 403
    assert boss.browser.call("POST", "/users/ann/server", json={}).status_code == 403
    assert cluster.created[before:] == []
