"""Tests of the hub's configuration, with nothing but Python's own library."""

import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "cluster" / "jupyterhub" / "hub"))

from opensarlab_hub import authenticator, profiles  # noqa: E402

OAUTH = {
    "client_id": "abc",
    "client_secret": "secret",
    "domain": "https://sar-cluster.auth.us-west-2.amazoncognito.com",
    "url": "https://sar.example.org",
}
CUSTOM = {
    "oauth": OAUTH,
    "admin_users": ["JDoe"],
    "smoke_user": "opensarlab-smoke",
    "groups": [
        {"name": "Hello", "all_users": True, "enabled": True},
        {"name": "SAR_1", "all_users": False, "enabled": True},
        {"name": "Off", "all_users": True, "enabled": False},
        {"name": "sudo", "all_users": True, "enabled": True},
    ],
    "profiles": [
        {"display_name": "Hello", "slug": "hello", "group": "Hello", "kubespawner_override": {"image": "a"}},
        {"display_name": "SAR 1", "slug": "sar-1", "group": "SAR_1", "kubespawner_override": {"image": "b"}},
        {"display_name": "Off", "slug": "off", "group": "Off", "kubespawner_override": {"image": "c"}},
    ],
}


class Section(SimpleNamespace):
    """A section of a traitlets configuration."""


def config() -> SimpleNamespace:
    return SimpleNamespace(JupyterHub=Section(), GenericOAuthenticator=Section(), KubeSpawner=Section())


class Authenticator(unittest.TestCase):
    def test_cognito_is_the_only_way_in(self) -> None:
        c = config()
        authenticator.configure(c, CUSTOM)
        self.assertEqual(c.JupyterHub.authenticator_class, "generic-oauth")
        traits = c.GenericOAuthenticator
        self.assertEqual(traits.oauth_callback_url, "https://sar.example.org/hub/oauth_callback")
        self.assertTrue(traits.userdata_from_id_token)
        self.assertEqual(traits.admin_users, {"jdoe"})
        self.assertEqual(traits.blocked_users, {"opensarlab-smoke"})
        self.assertIn("logout_uri=https%3A%2F%2Fsar.example.org", traits.logout_redirect_url)

    def test_the_hub_does_not_start_without_sign_in(self) -> None:
        for missing in OAUTH:
            c = config()
            with self.subTest(missing), self.assertRaisesRegex(ValueError, missing):
                authenticator.configure(c, {**CUSTOM, "oauth": {**OAUTH, missing: ""}})
            self.assertFalse(hasattr(c.JupyterHub, "authenticator_class"))
        with self.assertRaises(ValueError):
            authenticator.configure(config(), {})
        with self.assertRaises(ValueError):
            authenticator.settings({**CUSTOM, "oauth": {**OAUTH, "url": "http://sar.example.org"}})

    def test_groups_come_from_the_id_token(self) -> None:
        self.assertEqual(authenticator.groups_of({"oauth_user": {"cognito:groups": ["a", "b"]}}), {"a", "b"})
        self.assertEqual(authenticator.groups_of({"oauth_user": {}}), set())
        self.assertEqual(authenticator.groups_of({"oauth_user": None}), set())


class Profiles(unittest.TestCase):
    def slugs(self, user: str, *groups: str) -> list[str]:
        return [profile["slug"] for profile in profiles.visible_profiles(CUSTOM, user, groups)]

    def test_members_and_all_users(self) -> None:
        self.assertEqual(self.slugs("ann"), ["hello"])
        self.assertEqual(self.slugs("ann", "SAR_1"), ["hello", "sar-1"])

    def test_a_disabled_group_hides_from_everybody(self) -> None:
        self.assertEqual(self.slugs("ann", "Off"), ["hello"])

    def test_groups_of_similar_names_are_others(self) -> None:
        self.assertEqual(self.slugs("ann", "SAR", "sar_1", "SAR_10"), ["hello"])

    def test_the_smoke_test_sees_all_and_leaves_no_volume(self) -> None:
        seen = profiles.visible_profiles(CUSTOM, "opensarlab-smoke", [])
        self.assertEqual([profile["slug"] for profile in seen], ["hello", "sar-1", "off"])
        self.assertTrue(all(profile["kubespawner_override"]["delete_pvc"] for profile in seen))

    def test_only_members_become_root(self) -> None:
        (plain,) = profiles.visible_profiles(CUSTOM, "ann", [])
        self.assertNotIn("allow_privilege_escalation", plain["kubespawner_override"])
        (root,) = profiles.visible_profiles(CUSTOM, "ann", ["sudo"])
        self.assertEqual(root["display_name"], "Hello (Sudo Enabled)")
        self.assertEqual(root["kubespawner_override"]["supplemental_gids"], [599])

    def test_the_declaration_is_never_changed(self) -> None:
        profiles.visible_profiles(CUSTOM, "ann", ["sudo"])[0]["kubespawner_override"]["image"] = "x"
        self.assertEqual(CUSTOM["profiles"][0]["kubespawner_override"], {"image": "a"})
        self.assertEqual(CUSTOM["profiles"][0]["display_name"], "Hello")

    def test_without_profiles_it_refuses(self) -> None:
        listing = profiles.profile_list({**CUSTOM, "groups": []}, PermissionError)
        spawner = SimpleNamespace(user=SimpleNamespace(name="ann", groups=[SimpleNamespace(name="SAR_1")]))
        with self.assertRaises(PermissionError):
            listing(spawner)
        allowed = profiles.profile_list(CUSTOM, PermissionError)(spawner)
        self.assertEqual([profile["slug"] for profile in allowed], ["hello", "sar-1"])


if __name__ == "__main__":
    unittest.main()
