"""What the chart's `custom` values say about signing in, checked, as traits of the authenticator.

Whatever is missing raises, so that the hub does not start: it must never run with another authenticator.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit


def text(values: Mapping[str, Any], name: str) -> str:
    """A value that must be there.

    :raises ValueError: when it is missing, empty or no text
    """
    value = values.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"custom.oauth.{name} is missing; the hub does not start without sign-in.")
    return value


def https_address(values: Mapping[str, Any], name: str, *, path: bool = False) -> str:
    """An https address without query; with a path only where one belongs.

    :raises ValueError: when it is missing or something else
    """
    value = text(values, name)
    parts = urlsplit(value)
    extra = parts.query or parts.fragment or parts.username or (parts.path and not path)
    if parts.scheme != "https" or not parts.hostname or extra or value != value.strip() or value.endswith("/"):
        raise ValueError(f"custom.oauth.{name} must be an address such as https://host, not {value!r}.")
    return value


def groups_of(auth_state: Mapping[str, Any]) -> set[str]:
    """The user's groups in the pool; the claim is absent when there are none."""
    claims = auth_state.get("oauth_user") or {}
    return {str(group) for group in claims.get("cognito:groups") or []}


def traits(custom: Mapping[str, Any]) -> dict[str, Any]:
    """The traits of `CognitoAuthenticator`.

    :param custom: the chart's `custom` values with `admin_users`, `smoke_users` and `oauth`: `client_id`,
        `client_secret`, `domain` of the pool's sign-in pages, `issuer` of its tokens, `url` of the hub
    :raises ValueError: when a value is missing or an address is not https
    """
    oauth = custom.get("oauth")
    oauth = oauth if isinstance(oauth, Mapping) else {}
    client_id, client_secret = text(oauth, "client_id"), text(oauth, "client_secret")
    url, domain = https_address(oauth, "url"), https_address(oauth, "domain")
    after_logout = urlencode({"client_id": client_id, "logout_uri": url})
    smoke_users = {str(name) for name in custom.get("smoke_users") or []}
    return {
        "client_id": client_id,
        "client_secret": client_secret,
        "issuer": https_address(oauth, "issuer", path=True),
        "oauth_callback_url": f"{url}/hub/oauth_callback",
        "authorize_url": f"{domain}/oauth2/authorize",
        "token_url": f"{domain}/oauth2/token",
        # The user-info address tells no groups; the id token does.
        "userdata_from_id_token": True,
        "scope": ["openid", "email", "profile"],
        "username_claim": "cognito:username",
        "login_service": "OpenSARlab",
        "logout_redirect_url": f"{domain}/logout?{after_logout}",
        "enable_auth_state": True,
        "manage_groups": True,
        "auth_state_groups_key": groups_of,
        # Accounts are admitted, disabled and removed in the pool.
        "allow_all": True,
        "admin_users": {str(name).lower() for name in custom.get("admin_users") or []},
        # The smoke test's users see every profile; nobody may sign in as one of them.
        "smoke_users": smoke_users,
        "blocked_users": smoke_users,
        # Seconds after which the pool is asked again: groups, disabled accounts.
        "auth_refresh_age": 300,
        "refresh_pre_spawn": True,
    }
