"""A hub without its authenticator never serves: it ends at once, whatever is missing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import merged

from browser import HUB, Browser
from hub import Hub

OAUTH = ("client_id", "client_secret", "domain", "issuer", "url")


def without(values: dict[str, Any], name: str) -> dict[str, Any]:
    oauth = {key: value for key, value in values["custom"]["oauth"].items() if key != name}
    return {**values, "custom": {**values["custom"], "oauth": oauth}}


def broken_values(values: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in OAUTH:
        yield f"no {name}", without(values, name)
    yield "no oauth", {**values, "custom": {key: value for key, value in values["custom"].items() if key != "oauth"}}
    yield "no custom", {**values, "custom": None}
    # Asking for another authenticator in the values changes nothing about it.
    wish = {"hub": {"config": {"JupyterHub": {"authenticator_class": "dummy"}}}}
    yield "dummy wished", merged(without(values, "client_secret"), wish)


def test_a_hub_without_sign_in_ends_and_serves_nothing(
    make_hub: Callable[..., Hub], hub_values: dict[str, Any]
) -> None:
    def start(case: tuple[str, dict[str, Any]]) -> tuple[str, int, bool, str]:
        what, values = case
        hub = make_hub(values)
        code = hub.launch().wait(120)
        # A hub that got as far as its database had read the whole configuration.
        return what, code, (hub.folder / "jupyterhub.sqlite").exists(), hub.log[-500:]

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(start, broken_values(hub_values)))
    assert len(ended) == 8
    assert [(what, log) for what, code, served, log in ended if code == 0 or served] == []
    assert [(what, log) for what, _, _, log in ended if "custom.oauth." not in log] == []


@pytest.fixture(scope="module")
def stock_hub(
    make_hub: Callable[..., Hub], chart_values: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Hub:
    """The chart's own image with our common values: what runs if the wrong image is installed."""
    nothing: Path = tmp_path_factory.mktemp("config.d")
    return make_hub(chart_values, config_folder=nothing).start()


@pytest.mark.parametrize("path", ["/hub/login", "/hub/oauth_login", "/hub/signup", "/hub/api/authorizations/token"])
def test_the_charts_image_with_our_values_lets_nobody_in(
    stock_hub: Hub, new_browser: Callable[..., Browser], path: str
) -> None:
    browser = new_browser(stock_hub)
    page = browser.get(f"{HUB}{path}")
    assert "password" not in page.text
    assert browser.form(path, username="jdoe", password="jdoe").status_code >= 400
    assert browser.call("GET", "/user").status_code == 403


def test_an_authenticator_of_the_values_does_not_replace_ours(
    other_hub: Hub, new_browser: Callable[..., Browser]
) -> None:
    browser = new_browser(other_hub)
    assert "password" not in browser.get(f"{HUB}/hub/login").text
    assert browser.form("/hub/login", username="jdoe", password="any").status_code >= 400
    assert browser.call("GET", "/user").status_code == 403
