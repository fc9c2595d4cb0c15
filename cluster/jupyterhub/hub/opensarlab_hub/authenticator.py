"""Sign-in through the deployment's Cognito user pool.

Whatever is missing raises, so that the hub does not start: it must never run with another authenticator.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

REQUIRED = ("client_id", "client_secret", "domain", "url")


def groups_of(auth_state: Mapping[str, Any]) -> set[str]:
    """The user's groups in the pool; the claim is absent when there are none."""
    claims = auth_state.get("oauth_user") or {}
    groups = claims.get("cognito:groups") or []
    return {str(group) for group in groups}


def settings(custom: Mapping[str, Any]) -> dict[str, Any]:
    """The traits of GenericOAuthenticator.

    :param custom: the chart's `custom` values with `oauth`, `admin_users` and `smoke_user`
    :raises ValueError: when a value is missing or the address is not https
    """
    oauth = custom.get("oauth") or {}
    missing = [name for name in REQUIRED if not oauth.get(name)]
    if missing:
        raise ValueError(f"custom.oauth lacks {', '.join(missing)}; the hub does not start without sign-in.")
    url, domain = str(oauth["url"]), str(oauth["domain"])
    if not url.startswith("https://") or not domain.startswith("https://"):
        raise ValueError("custom.oauth.url and custom.oauth.domain must start with https://.")
    admins = {str(name).lower() for name in custom.get("admin_users") or []}
    smoke_user = custom.get("smoke_user")
    client, back = quote(oauth["client_id"], safe=""), quote(url, safe="")
    return {
        "client_id": oauth["client_id"],
        "client_secret": oauth["client_secret"],
        "oauth_callback_url": f"{url}/hub/oauth_callback",
        "authorize_url": f"{domain}/oauth2/authorize",
        "token_url": f"{domain}/oauth2/token",
        # The user-info address tells no groups; the id token does, and its audience and expiry are checked.
        "userdata_from_id_token": True,
        "scope": ["openid", "email", "profile"],
        "username_claim": "cognito:username",
        "login_service": "OpenSARlab",
        "logout_redirect_url": f"{domain}/logout?client_id={client}&logout_uri={back}",
        "enable_auth_state": True,
        "manage_groups": True,
        "auth_state_groups_key": groups_of,
        # Accounts are admitted, disabled and removed in the pool.
        "allow_all": True,
        "admin_users": admins,
        # The smoke test's user sees every profile; nobody may sign in as it.
        "blocked_users": {str(smoke_user)} if smoke_user else set(),
        "auth_refresh_age": 300,
        "refresh_pre_spawn": True,
    }


def configure(config: Any, custom: Mapping[str, Any]) -> None:
    """Makes Cognito the hub's only way in."""
    traits = settings(custom)
    config.JupyterHub.authenticator_class = "generic-oauth"
    for name, value in traits.items():
        setattr(config.GenericOAuthenticator, name, value)
