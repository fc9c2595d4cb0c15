"""A browser in front of the load balancer: it knows the public addresses only, keeps cookies and follows redirects."""

import re
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter

HUB = "https://sar.example.org"
SIGN_IN = "https://sar-cluster.auth.us-west-2.amazoncognito.com"


class Loopback(HTTPAdapter):
    """Sends what is meant for a public address to a port of the loopback interface, as the load balancer does: over
    HTTP, with X-Forwarded-Proto (Application Load Balancers, "HTTP headers")."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        parts = urlsplit(request.url or "")
        inner = request.copy()
        inner.url = parts._replace(scheme="http", netloc=f"127.0.0.1:{self.port}").geturl()
        inner.headers.update({"Host": str(parts.netloc), "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"})
        response = super().send(inner, *args, **kwargs)
        response.request, response.url = request, str(request.url)
        return response


class Browser(Session):
    """One person's browser."""

    def __init__(self, hub_port: int, sign_in_port: int) -> None:
        super().__init__()
        self.trust_env = False
        self.mount(HUB, Loopback(hub_port))
        self.mount(SIGN_IN, Loopback(sign_in_port))

    def sign_in(self, name: str, path: str = "/hub/home") -> Response:
        """Opens a page of the hub, follows to the pool's page, and fills it in."""
        response = self.get(f"{HUB}{path}")
        if response.url.startswith(HUB) and "oauth_login" in response.text:
            response = self.get(f"{HUB}{self.sign_in_link(response.text)}")
        if not response.url.startswith(f"{SIGN_IN}/login"):
            return response
        return self.post(response.url, data={"username": name, "password": "correct"})

    @staticmethod
    def sign_in_link(page: str) -> str:
        found = re.search(r"href=['\"]([^'\"]*oauth_login[^'\"]*)", page)
        if found is None:
            raise AssertionError("The page has no link to sign in.")
        return found[1].replace("&amp;", "&")

    def form(self, path: str, **fields: str) -> Response:
        """Sends a form of the hub with its token against forged requests."""
        token = self.cookies.get("_xsrf", domain="sar.example.org", path="/hub/") or ""
        return self.post(
            f"{HUB}{path}", data={"_xsrf": token, **fields}, headers={"Origin": HUB, "Referer": f"{HUB}{path}"}
        )

    def call(self, method: str, path: str, **kwargs: Any) -> Response:
        """Calls the hub's API as its own pages do."""
        token = self.cookies.get("_xsrf", domain="sar.example.org", path="/hub/") or ""
        headers = {"X-XSRFToken": token, "Referer": f"{HUB}/hub/home"}
        return self.request(method, f"{HUB}/hub/api{path}", headers=headers, **kwargs)
