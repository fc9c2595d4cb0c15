"""A Cognito user pool with its sign-in pages, as far as the hub sees it.

Amazon Cognito developer guide: "User pool endpoints and managed login reference" (authorize, login, token, logout),
"Understanding the ID token" and "Verifying JSON Web Tokens".
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from tornado.web import Application, RequestHandler


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Account:
    """A user of the pool."""

    name: str
    groups: list[str] = field(default_factory=list)
    enabled: bool = True
    sub: str = field(default_factory=lambda: str(uuid4()))


@dataclass
class Grant:
    """What a code or a refresh token stands for."""

    account: Account
    client_id: str
    redirect_uri: str = ""
    nonce: str | None = None
    challenge: str | None = None


@dataclass
class Pool:
    """The pool with one client, and what the tests change about the tokens it gives."""

    issuer: str
    client_id: str
    client_secret: str
    callback: str
    logout: str
    accounts: dict[str, Account] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    keys: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"key-1": new_key()})
    signing_key: str = "key-1"
    change_claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] | None = None
    broken: bool = False
    given: list[str] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, *groups: str) -> Account:
        account = self.accounts[name] = Account(name, list(groups))
        return account

    def end_sessions(self, account: Account) -> None:
        """Makes every refresh token of an account useless, as a global sign-out does."""
        self.refresh_tokens = {key: grant for key, grant in self.refresh_tokens.items() if grant.account is not account}

    def id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "sub": grant.account.sub,
            "cognito:username": grant.account.name,
            "email": f"{grant.account.name}@example.org",
            "email_verified": True,
            "iss": self.issuer,
            "aud": grant.client_id,
            "token_use": "id",
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "jti": str(uuid4()),
        }
        if grant.account.groups:
            claims["cognito:groups"] = list(grant.account.groups)
        if grant.nonce:
            claims["nonce"] = grant.nonce
        claims = self.change_claims(claims)
        key, headers = self.keys[self.signing_key], {"kid": self.signing_key}
        token = self.sign(claims) if self.sign else jwt.encode(claims, key, "RS256", headers)
        self.given.append(token)
        return token

    def key_set(self) -> dict[str, Any]:
        def public(kid: str, key: RSAPrivateKey) -> dict[str, Any]:
            numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            return {"kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": numbers["n"], "e": numbers["e"]}

        return {"keys": [public(kid, key) for kid, key in self.keys.items()]}


class Page(RequestHandler):
    def initialize(self, pool: Pool) -> None:
        self.pool = pool

    def signed_in(self) -> Account | None:
        return self.pool.accounts.get(self.get_cookie("cognito", ""))

    def check_client(self) -> bool:
        """Whether client and callback are registered; Cognito shows an error page otherwise and redirects nowhere."""
        ok = (
            self.get_argument("client_id", "") == self.pool.client_id
            and self.get_argument("redirect_uri", "") == self.pool.callback
            and self.get_argument("response_type", "") == "code"
        )
        if not ok:
            self.set_status(400)
            self.write("redirect_mismatch")
        return ok

    def give_code(self, account: Account) -> None:
        code = str(uuid4())
        self.pool.codes[code] = Grant(
            account,
            self.pool.client_id,
            self.get_argument("redirect_uri"),
            self.get_argument("nonce", None),
            self.get_argument("code_challenge", None),
        )
        query = urlencode({"code": code, "state": self.get_argument("state", "")})
        self.redirect(f"{self.pool.callback}?{query}")


class Authorize(Page):
    def get(self) -> None:
        if not self.check_client():
            return
        account = self.signed_in()
        self.give_code(account) if account else self.redirect(f"/login?{self.request.query}")


class Login(Page):
    def get(self) -> None:
        if self.check_client():
            self.write("<form method=post><input name=username></form>")

    def post(self) -> None:
        account = self.pool.accounts.get(self.get_body_argument("username"))
        if account is None or not account.enabled:
            self.set_status(400)
            self.write("User is disabled." if account else "Incorrect username or password.")
            return
        self.set_cookie("cognito", account.name, httponly=True, secure=True)
        self.give_code(account)


class Token(Page):
    def check_xsrf_cookie(self) -> None:
        pass

    def post(self) -> None:
        self.pool.token_requests.append({name: self.get_body_argument(name) for name in self.request.body_arguments})
        if self.pool.broken:
            self.set_status(503)
            return
        if not self.is_client():
            self.refuse("invalid_client")
            return
        kind = self.get_body_argument("grant_type", "")
        grant = self.code_grant() if kind == "authorization_code" else self.refresh_grant()
        if grant is None or not grant.account.enabled:
            self.refuse("invalid_grant")
            return
        tokens: dict[str, Any] = {
            "id_token": self.pool.id_token(grant),
            "access_token": "access",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        if kind == "authorization_code":
            refresh_token = tokens["refresh_token"] = str(uuid4())
            # OpenID Connect Core 1.0, section 12.2: a refreshed id token should have no nonce.
            self.pool.refresh_tokens[refresh_token] = Grant(grant.account, grant.client_id)
        self.write(tokens)

    def is_client(self) -> bool:
        given = (self.get_body_argument("client_id", ""), self.get_body_argument("client_secret", ""))
        header = self.request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
            given = (name, secret)
        return given == (self.pool.client_id, self.pool.client_secret)

    def code_grant(self) -> Grant | None:
        grant = self.pool.codes.pop(self.get_body_argument("code", ""), None)
        if grant is None or grant.redirect_uri != self.get_body_argument("redirect_uri", ""):
            return None
        digest = hashlib.sha256(self.get_body_argument("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return grant if grant.challenge in (None, proof) else None

    def refresh_grant(self) -> Grant | None:
        return self.pool.refresh_tokens.get(self.get_body_argument("refresh_token", ""))

    def refuse(self, error: str) -> None:
        self.set_status(400)
        self.write({"error": error})


class Logout(Page):
    def get(self) -> None:
        known = self.get_argument("client_id", "") == self.pool.client_id
        if not known or self.get_argument("logout_uri", "") != self.pool.logout:
            self.set_status(400)
            return
        self.clear_cookie("cognito")
        self.redirect(self.pool.logout)


class Keys(Page):
    def get(self) -> None:
        self.write(self.pool.key_set())


def application(pool: Pool) -> Application:
    """The sign-in domain and, under the pool's id, the issuer."""
    arguments = {"pool": pool}
    return Application(
        [
            ("/oauth2/authorize", Authorize, arguments),
            ("/login", Login, arguments),
            ("/oauth2/token", Token, arguments),
            ("/logout", Logout, arguments),
            (r"/us-west-2_Example/\.well-known/jwks\.json", Keys, arguments),
        ]
    )
