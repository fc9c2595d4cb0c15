"""Which profiles a user sees, by the groups of the user pool."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

SUDO = "sudo"
# Group `elevation` of the images, whose members may become root.
ELEVATION_GID = 599


def effective_groups(groups: Iterable[Mapping[str, Any]], memberships: Iterable[str]) -> set[str]:
    """Enabled groups that are for all users or that the user is a member of."""
    own = set(memberships)
    return {g["name"] for g in groups if g.get("enabled") and (g.get("all_users") or g["name"] in own)}


def visible_profiles(custom: Mapping[str, Any], user_name: str, memberships: Iterable[str]) -> list[dict[str, Any]]:
    """The profiles for a user, as new objects in KubeSpawner's form; empty when there are none.

    :param custom: the chart's `custom` values with `profiles`, `groups` and `smoke_users`
    """
    profiles = custom.get("profiles") or []
    if user_name in (custom.get("smoke_users") or []):
        return [entry(profile, {"delete_pvc": True}) for profile in profiles]
    own = set(memberships)
    groups = effective_groups(custom.get("groups") or [], own)
    seen = [profile for profile in profiles if profile["group"] in groups]
    # sudo needs membership, whatever the declaration says about all users.
    if SUDO not in groups or SUDO not in own:
        return [entry(profile, {}) for profile in seen]
    root = {"supplemental_gids": [ELEVATION_GID], "allow_privilege_escalation": True}
    return [entry(profile, root, " (Sudo Enabled)") for profile in seen]


def entry(profile: Mapping[str, Any], override: Mapping[str, Any], suffix: str = "") -> dict[str, Any]:
    """A profile without our own keys, with more overrides."""
    copy = deepcopy(dict(profile))
    copy.pop("group", None)
    copy["display_name"] = f"{copy['display_name']}{suffix}"
    traits = {**copy.get("kubespawner_override", {}), **override}
    if traits.get("delete_pvc"):
        # KubeSpawner keeps a claim until its user is deleted. A home that ends with the server is none of its claims.
        traits |= {"storage_pvc_ensure": False, "volumes": passing_home}
    copy["kubespawner_override"] = traits
    return copy


def passing_home(spawner: Any) -> dict[str, Any]:
    """The spawner's volumes with the home as an ephemeral volume, which Kubernetes deletes with the pod.

    See https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#generic-ephemeral-volumes. The home that the user
    has in other profiles stays as it is. Called after the overrides before it: the capacity is the profile's.
    """
    claim = {
        "accessModes": spawner.storage_access_modes,
        "storageClassName": spawner.storage_class,
        "resources": {"requests": {"storage": spawner.storage_capacity}},
    }
    # KubeSpawner merges this into what it has; None removes a key.
    home = {"persistentVolumeClaim": None, "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}
    return {key: home for key, volume in spawner.volumes.items() if "persistentVolumeClaim" in volume}


def profile_list(
    custom: Mapping[str, Any], refuse: Callable[[str], Exception]
) -> Callable[[Any], list[dict[str, Any]]]:
    """KubeSpawner's `profile_list`. Without profiles it refuses: an empty list would start the chart's sample server.

    :param refuse: makes the error for a user without profiles
    """

    def profiles_for(spawner: Any) -> list[dict[str, Any]]:
        names = {group.name for group in spawner.user.groups}
        profiles = visible_profiles(custom, spawner.user.name, names)
        if not profiles:
            raise refuse("You are in no group that may start a server. Ask an administrator of this OpenSARlab.")
        return profiles

    return profiles_for


def configure(config: Any, custom: Mapping[str, Any]) -> None:
    """Sets the profile list."""
    from tornado.web import HTTPError

    def refuse(message: str) -> Exception:
        return HTTPError(403, message)

    config.KubeSpawner.profile_list = profile_list(custom, refuse)
