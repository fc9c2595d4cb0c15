"""Signing in and out with a browser, and which id tokens the hub believes."""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from browser import HUB, SIGN_IN, Browser
from cognito import Pool, new_key
from hub import Hub

New = Callable[..., Browser]
Claims = dict[str, Any]


def test_a_browser_signs_in_and_gets_back_where_it_wanted_to_go(new_browser: New, pool: Pool) -> None:
    pool.add("Ann", "SAR_1")
    browser = new_browser()
    welcome = browser.get(f"{HUB}/hub/token")
    assert welcome.url.startswith(f"{HUB}/hub/login")
    assert "Sign in with OpenSARlab" in welcome.text
    page = browser.sign_in("Ann", "/hub/token")
    assert (page.status_code, page.url) == (200, f"{HUB}/hub/token")
    # JupyterHub writes names in lower case.
    assert browser.call("GET", "/user").json()["name"] == "ann"


def test_cookies_are_for_https_and_not_for_scripts(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    cookies = {cookie.name: cookie for cookie in browser.cookies if cookie.domain == "sar.example.org"}
    assert "jupyterhub-hub-login" in cookies
    assert all(cookie.secure for cookie in cookies.values()), cookies
    assert cookies["jupyterhub-hub-login"].has_nonstandard_attr("HttpOnly")


def test_the_request_to_sign_in_has_state_nonce_and_proof_key(new_browser: New) -> None:
    browser = new_browser()
    answer = browser.get(f"{HUB}/hub/oauth_login", allow_redirects=False)
    assert answer.headers["location"].startswith(f"{SIGN_IN}/oauth2/authorize?")
    for expected in ("state=", "nonce=", "code_challenge_method=S256", "scope=openid+email+profile"):
        assert expected in answer.headers["location"]
    assert "redirect_uri=https%3A%2F%2Fsar.example.org%2Fhub%2Foauth_callback" in answer.headers["location"]


def test_a_code_that_another_browser_asked_for_is_refused(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    other, browser = new_browser(), new_browser()
    login = other.get(f"{HUB}/hub/oauth_login")
    callback = other.post(login.url, data={"username": "ann"}, allow_redirects=False).headers["location"]
    assert browser.get(callback).status_code == 400
    browser.get(f"{HUB}/hub/oauth_login")
    assert browser.get(callback).status_code == 400
    assert browser.call("GET", "/user").status_code == 403


def test_a_code_works_once(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser()
    login = browser.get(f"{HUB}/hub/oauth_login")
    callback = browser.post(login.url, data={"username": "ann"}, allow_redirects=False).headers["location"]
    assert browser.get(callback).status_code == 200
    browser.cookies.clear()
    assert browser.get(callback).status_code == 400


def test_the_pools_refusal_is_shown(new_browser: New) -> None:
    page = new_browser().get(f"{HUB}/hub/oauth_callback?error=access_denied&error_description=User+is+disabled")
    assert page.status_code == 400
    assert "User is disabled" in page.text


def changed(**changes: Any) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in (claims | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("another client", changed(aud="client2")),
        ("no audience", changed(aud=None)),
        ("another pool", changed(iss="https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Other")),
        (
            "an issuer that only begins like ours",
            changed(iss="https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Example2"),
        ),
        ("the past", changed(exp=int(time.time()) - 60)),
        ("no end", changed(exp=None)),
        ("the future", changed(iat=int(time.time()) + 600)),
        ("another sign-in", changed(nonce="another")),
        ("no sign-in", changed(nonce=None)),
        ("an access token", changed(token_use="access")),
        ("nobody", changed(sub=None)),
        ("no user", changed(**{"cognito:username": None})),
    ],
)
def test_an_id_token_of_something_else_is_refused(
    new_browser: New, pool: Pool, hub: Hub, what: str, change: Callable[[Claims], Claims]
) -> None:
    pool.add("ann")
    pool.change_claims = change
    refused(new_browser(), hub, pool, what)


def unsigned(claims: Claims) -> str:
    return jwt.encode(claims, "", "none", {"kid": "key-1"})


def signed_by_another_key(claims: Claims) -> str:
    return jwt.encode(claims, new_key(), "RS256", {"kid": "key-1"})


def signed_by_an_unknown_key(claims: Claims) -> str:
    return jwt.encode(claims, new_key(), "RS256", {"kid": "key-9"})


def signed_by_the_client_secret(claims: Claims) -> str:
    return jwt.encode(claims, "secret1" * 8, "HS256", {"kid": "key-1"})


def without_key_id(claims: Claims) -> str:
    return jwt.encode(claims, new_key(), "RS256")


def nonsense(_: Claims) -> str:
    return "not.a.token"


@pytest.mark.parametrize(
    "sign",
    [unsigned, signed_by_another_key, signed_by_an_unknown_key, signed_by_the_client_secret, without_key_id, nonsense],
)
def test_an_id_token_that_the_pool_did_not_sign_is_refused(
    new_browser: New, pool: Pool, hub: Hub, sign: Callable[[Claims], str]
) -> None:
    pool.add("ann")
    pool.sign = sign
    refused(new_browser(), hub, pool, sign.__name__)


def refused(browser: Browser, hub: Hub, pool: Pool, what: str) -> None:
    pool.given.clear()
    page = browser.sign_in("ann")
    assert page.status_code in (400, 403), (what, page.status_code, hub.log[-3000:])
    assert browser.call("GET", "/user").status_code == 403
    assert pool.given
    for token in pool.given:
        assert token not in page.text
        assert token not in hub.log


def test_a_pool_that_does_not_answer_is_told(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    pool.broken = True
    page = new_browser().sign_in("ann")
    assert page.status_code == 503
    assert "does not answer" in page.text


def test_nobody_signs_in_as_the_smoke_test(new_browser: New, pool: Pool) -> None:
    for name in ("opensarlab-smoke-1", "OpenSARlab-Smoke-5"):
        pool.add(name)
        browser = new_browser()
        assert browser.sign_in(name).status_code == 403
        assert browser.call("GET", "/user").status_code == 403


def test_signing_out_ends_at_cognito(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    answer = browser.get(f"{HUB}/hub/logout", allow_redirects=False)
    assert answer.headers["location"] == f"{SIGN_IN}/logout?client_id=client1&logout_uri=https%3A%2F%2Fsar.example.org"
    page = browser.get(answer.headers["location"])
    assert page.url.startswith(f"{HUB}/hub/login")
    # Nor is the browser still signed in at the pool.
    assert browser.get(f"{HUB}/hub/oauth_login").url.startswith(f"{SIGN_IN}/login")


@pytest.mark.parametrize("path", ["/hub/signup", "/hub/native/signup", "/hub/register"])
def test_there_is_no_sign_up_at_the_hub(new_browser: New, path: str) -> None:
    browser = new_browser()
    assert browser.get(f"{HUB}{path}").status_code == 404
    assert browser.form(path, username="eve", password="eve").status_code in (403, 404, 405)


@pytest.mark.parametrize("path", ["/hub/login", "/hub/login?next=/hub/home", "/hub/oauth_login", "/hub/oauth_callback"])
def test_a_name_and_password_let_nobody_in(new_browser: New, path: str) -> None:
    browser = new_browser()
    browser.get(f"{HUB}/hub/login")
    for name in ("jdoe", "eve"):
        assert browser.form(path, username=name, password="anything").status_code >= 400
        assert browser.call("GET", "/user").status_code == 403


def test_a_form_from_elsewhere_does_nothing(new_browser: New, pool: Pool) -> None:
    pool.add("ann")
    browser = new_browser()
    browser.sign_in("ann")
    forged = browser.post(
        f"{HUB}/hub/spawn", data={"profile": "hello-world"}, headers={"Origin": "https://evil.example"}
    )
    assert forged.status_code == 403
