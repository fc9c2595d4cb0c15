"""Tests of the hub's configuration, with nothing but Python's own library."""

import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "cluster" / "jupyterhub" / "hub"))

from opensarlab_hub import profiles, sign_in  # noqa: E402

OAUTH = {
    "client_id": "abc",
    "client_secret": "secret",
    "domain": "https://sar-cluster.auth.us-west-2.amazoncognito.com",
    "issuer": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Example",
    "url": "https://sar.example.org",
}
CUSTOM = {
    "oauth": OAUTH,
    "admin_users": ["JDoe"],
    "smoke_users": ["opensarlab-smoke-1", "opensarlab-smoke-2"],
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


class SignIn(unittest.TestCase):
    def test_cognito_is_the_only_way_in(self) -> None:
        traits = sign_in.traits(CUSTOM)
        self.assertEqual(traits["oauth_callback_url"], "https://sar.example.org/hub/oauth_callback")
        self.assertEqual(traits["issuer"], OAUTH["issuer"])
        self.assertTrue(traits["userdata_from_id_token"])
        self.assertEqual(traits["admin_users"], {"jdoe"})
        self.assertEqual(traits["blocked_users"], {"opensarlab-smoke-1", "opensarlab-smoke-2"})
        self.assertIn("logout_uri=https%3A%2F%2Fsar.example.org", traits["logout_redirect_url"])
        self.assertEqual(traits["auth_refresh_age"], 300)

    def test_the_hub_does_not_start_without_sign_in(self) -> None:
        for name in OAUTH:
            for value in ("", " ", None, 5, ["a"]):
                with self.subTest(name=name, value=value), self.assertRaisesRegex(ValueError, name):
                    sign_in.traits({**CUSTOM, "oauth": {**OAUTH, name: value}})
        for oauth in (None, {}, "none", []):
            with self.subTest(oauth=oauth), self.assertRaises(ValueError):
                sign_in.traits({**CUSTOM, "oauth": oauth})

    def test_addresses_are_https_and_nothing_but_an_address(self) -> None:
        host = "sar.example.org"
        for url in (
            f"http://{host}",
            "https://",
            f"https://{host}/",
            f"https://{host}/lab",
            f"https://{host}?a=b",
            host,
        ):
            for name in ("url", "domain"):
                with self.subTest(name=name, url=url), self.assertRaisesRegex(ValueError, name):
                    sign_in.traits({**CUSTOM, "oauth": {**OAUTH, name: url}})
        self.assertEqual(
            sign_in.traits({**CUSTOM, "oauth": {**OAUTH, "url": f"https://{host}:8443"}})["oauth_callback_url"],
            f"https://{host}:8443/hub/oauth_callback",
        )

    def test_groups_come_from_the_id_token(self) -> None:
        self.assertEqual(sign_in.groups_of({"oauth_user": {"cognito:groups": ["a", "b"]}}), {"a", "b"})
        self.assertEqual(sign_in.groups_of({"oauth_user": {}}), set())
        self.assertEqual(sign_in.groups_of({"oauth_user": None}), set())


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
        seen = profiles.visible_profiles(CUSTOM, "opensarlab-smoke-2", [])
        self.assertEqual([profile["slug"] for profile in seen], ["hello", "sar-1", "off"])
        self.assertTrue(all(profile["kubespawner_override"]["delete_pvc"] for profile in seen))

    def test_a_passing_home_has_the_profiles_size(self) -> None:
        spawner = SimpleNamespace(
            storage_access_modes=["ReadWriteOnce"],
            storage_class="gp3",
            storage_capacity="5Gi",
            volumes={"home": {"persistentVolumeClaim": {"claimName": "x"}}, "files": {"secret": {}}},
        )
        (home,) = profiles.passing_home(spawner).items()
        self.assertEqual(home[0], "home")
        spec = home[1]["ephemeral"]["volumeClaimTemplate"]["spec"]
        self.assertEqual(spec["resources"], {"requests": {"storage": "5Gi"}})

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
