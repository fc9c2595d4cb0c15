"""What becomes of a session while it lasts: groups, disabled accounts, administrators, keys."""

from collections.abc import Callable
from typing import Any

from conftest import merged

from browser import HUB, Browser
from cognito import Pool, new_key
from hub import Hub

New = Callable[..., Browser]


def user(browser: Browser) -> dict[str, Any]:
    answer = browser.call("GET", "/user")
    assert answer.status_code == 200, answer.text
    model: dict[str, Any] = answer.json()
    return model


def test_groups_come_from_the_pool_and_follow_it(new_browser: New, pool: Pool) -> None:
    ann = pool.add("ann", "SAR_1", "course")
    browser = new_browser()
    browser.sign_in("ann")
    assert sorted(user(browser)["groups"]) == ["SAR_1", "course"]
    ann.groups = ["sudo"]
    assert user(browser)["groups"] == ["sudo"]
    ann.groups = []
    assert user(browser)["groups"] == []


def test_a_session_outlives_the_first_id_token(new_browser: New, pool: Pool) -> None:
    """The hub works with new tokens after the first one has expired, which it has after an hour."""
    pool.add("ann", "SAR_1")
    browser = new_browser()
    browser.sign_in("ann")
    pool.token_requests.clear()
    assert browser.get(f"{HUB}/hub/home").status_code == 200
    assert {request["grant_type"] for request in pool.token_requests} == {"refresh_token"}


def test_a_disabled_account_is_out(new_browser: New, pool: Pool) -> None:
    ann = pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    ann.enabled = False
    assert browser.call("GET", "/user").status_code == 403
    assert browser.get(f"{HUB}/hub/home").url.startswith(f"{HUB}/hub/login")


def test_a_session_that_was_ended_at_the_pool_is_over(new_browser: New, pool: Pool) -> None:
    ann = pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    pool.end_sessions(ann)
    assert browser.call("GET", "/user").status_code == 403
    # Signing in again works, and without a password because the browser still is signed in at the pool.
    assert browser.sign_in("ann").url == f"{HUB}/hub/home"
    assert user(browser)["name"] == "ann"


def test_a_pool_that_does_not_answer_ends_no_session(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    pool.broken = True
    assert browser.get(f"{HUB}/hub/home").url.startswith(f"{HUB}/hub/login")
    assert browser.call("GET", "/user").status_code == 403
    pool.broken = False
    assert browser.get(f"{HUB}/hub/home").status_code == 200


def test_an_account_of_the_same_name_is_another(new_browser: New, pool: Pool) -> None:
    """A name that was deleted and given to somebody else must not continue a session."""
    ann = pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    ann.sub = "another"
    assert browser.call("GET", "/user").status_code == 403


def test_the_pool_may_change_its_keys(other_hub: Hub, new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser(other_hub)
    browser.sign_in("ann")
    pool.keys["key-2"], pool.signing_key = new_key(), "key-2"
    assert user(browser)["name"] == "ann"


def test_administrators_are_those_declared(
    make_hub: Callable[..., Hub], hub_values: dict[str, Any], new_browser: New, pool: Pool
) -> None:
    pool.add("JDoe", "admin", "jupyterhub-admin")
    pool.add("eve", "admin", "jupyterhub-admin")
    hub = make_hub(hub_values).start()
    admin, eve = new_browser(hub), new_browser(hub)
    admin.sign_in("JDoe")
    eve.sign_in("eve")
    assert user(admin)["admin"] is True
    assert user(eve)["admin"] is False
    assert eve.call("GET", "/users").status_code == 403
    # A right that was given in the hub ends with the next look at the pool.
    assert admin.call("PATCH", "/users/eve", json={"admin": True}).status_code == 200
    assert user(eve)["admin"] is False

    hub.stop()
    hub.values = merged(hub.values, {"custom": {"admin_users": ["someone"]}})
    hub.start()
    assert user(admin)["admin"] is False
    assert admin.call("GET", "/users").status_code == 403
