"""Sign-in through the deployment's Cognito user pool."""

import time
from hashlib import sha256
from typing import Any

import jwt
from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.oauth2 import OAuthLoginHandler
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError
from traitlets import Set, Unicode

from . import sign_in

# Claims without which a token is not an id token (Amazon Cognito developer guide, "Understanding the ID token").
REQUIRED_CLAIMS = ["aud", "cognito:username", "exp", "iat", "iss", "sub", "token_use"]
ID_TOKEN = "id"  # noqa: S105
# Seconds by which the clocks of Cognito and the hub may differ.
LEEWAY = 30
# Seconds between two readings of the pool's keys for a key that is not among them.
KEYS_AGE = 60


def nonce_of(state: str) -> str:
    """What ties an id token to the sign-in that asked for it: a digest of that sign-in's OAuth state."""
    return sha256(f"nonce {state}".encode()).hexdigest()


class LoginHandler(OAuthLoginHandler):
    """Sends a nonce with each sign-in (OpenID Connect Core 1.0, section 3.1.2.1)."""

    def authorize_redirect(self, *, extra_params: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        nonce = nonce_of(extra_params["state"])
        super().authorize_redirect(extra_params={**extra_params, "nonce": nonce}, **kwargs)


class CognitoAuthenticator(GenericOAuthenticator):
    """Believes only id tokens that the pool signed for this hub, and asks the pool again while a session lasts.

    The base class believes an id token unseen and, when asked to refresh, reads the old one again: groups would stay as
    they were for an hour, and then every page would fail.
    """

    login_handler = LoginHandler

    issuer = Unicode(config=True, help="The pool's address, which is the issuer of its tokens.")
    smoke_users = Set(
        Unicode(), config=True, help="Users without an account in the pool, which only the API starts servers for."
    )

    _keys: dict[str | None, jwt.PyJWK]
    _keys_read = float("-inf")

    async def authenticate(self, handler: Any, data: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Completes a sign-in.

        :raises HTTPError: 403 when the pool or a check of its token refuses, 503 when the pool does not answer
        """
        try:
            auth_model: dict[str, Any] = await super().authenticate(handler, data, **kwargs)
        except HTTPClientError as error:
            if self._is_refusal(error):
                raise HTTPError(403, "The sign-in was not completed. Please sign in again.") from error
            raise HTTPError(503, "The sign-in service does not answer. Try again in a minute.") from error
        if auth_model["auth_state"]["oauth_user"].get("nonce") != nonce_of(handler.get_state_url()):
            self.log.warning("Refused an id token of another sign-in (nonce).")
            raise HTTPError(403, "The sign-in was not completed. Please sign in again.")
        return auth_model

    async def token_to_user(self, token_info: dict[str, Any]) -> dict[str, Any]:
        """The claims of a token response's id token, after all checks. Nothing of the token is logged.

        :raises HTTPError: 403 when it is not one that the pool made for this hub
        """
        try:
            token = token_info["id_token"]
            key = await self._key(jwt.get_unverified_header(token)["kid"])
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self.client_id,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": REQUIRED_CLAIMS},
            )
            if claims["token_use"] != ID_TOKEN:
                raise jwt.InvalidTokenError("token_use is not id")
        except (jwt.InvalidTokenError, KeyError) as error:
            self.log.warning("Refused an id token: %s: %s", type(error).__name__, error)
            raise HTTPError(403, "The sign-in was not completed. Please sign in again.") from error
        return claims

    async def _key(self, key_id: str) -> jwt.PyJWK:
        """A signing key of the pool. Cognito may change keys, so an unknown one is looked up again, not too often.

        :raises KeyError: when the pool has no such key
        """
        now = time.monotonic()
        if self._keys_read == float("-inf") or (key_id not in self._keys and now - self._keys_read > KEYS_AGE):
            keys = await self.httpfetch(f"{self.issuer}/.well-known/jwks.json", "reading the pool's keys")
            self._keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(keys).keys}
            self._keys_read = now
        return self._keys[key_id]

    async def refresh_user(self, user: Any, handler: Any = None, **_: Any) -> bool | dict[str, Any]:
        """Asks the pool for a new id token, and with it whether the account still is enabled and in which groups.

        :returns: the new model; False when the user has to sign in again
        :raises HTTPError: 503 when the pool does not answer; JupyterHub takes that request as one of nobody, and the
            session goes on with the next that succeeds
        """
        if user.name in self.smoke_users:
            return True
        auth_state = await user.get_auth_state() or {}
        refresh_token = auth_state.get("refresh_token")
        if not refresh_token:
            return False
        try:
            parameters = self.build_refresh_token_request_params(refresh_token)
            token_info = await self.get_token_info(handler, parameters)
        except HTTPClientError as error:
            if self._is_refusal(error):
                self.log.info("The pool refuses to continue the session of %s: %s", user.name, error)
                return False
            raise HTTPError(503, "The sign-in service does not answer. Try again in a minute.") from error
        # Cognito gives a new refresh token only to clients with rotation.
        auth_model: dict[str, Any] = await self._token_to_auth_model({"refresh_token": refresh_token, **token_info})
        same_account = auth_model["auth_state"]["oauth_user"]["sub"] == auth_state.get("oauth_user", {}).get("sub")
        return auth_model if same_account and auth_model["name"] == user.name else False

    async def update_auth_model(self, auth_model: dict[str, Any]) -> dict[str, Any]:
        """Administrators are those declared: who is not any more loses the right, which JupyterHub would keep."""
        auth_model["admin"] = auth_model["name"] in self.admin_users
        return auth_model

    @staticmethod
    def _is_refusal(error: HTTPClientError) -> bool:
        """Whether the pool said no, rather than nothing or "too many requests"."""
        return 400 <= error.code < 500 and error.code != 429


def configure(config: Any, custom: Any) -> None:
    """Makes Cognito the hub's only way in.

    :raises ValueError: when a value is missing; the hub does not start then
    """
    values = sign_in.traits(custom or {})
    config.JupyterHub.authenticator_class = CognitoAuthenticator
    # TLS ends at the load balancer and the proxy speaks HTTP, so the hub cannot see that its cookies need `Secure`.
    config.JupyterHub.public_url = f"{custom['oauth']['url']}/"
    config.JupyterHub.tornado_settings.update(xsrf_cookie_kwargs={"secure": True})
    for name, value in values.items():
        setattr(config.CognitoAuthenticator, name, value)
