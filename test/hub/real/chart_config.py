"""The hub's configuration as the JupyterHub chart makes it, for the values that OpenSARlab sets.

Stands for `files/hub/jupyterhub_config.py` and `z2jh.py` of the chart 4.4.0 and follows their order: settings from the
values, secrets, `hub.config`, the files of `jupyterhub_config.d`, `hub.extraConfig`. OPENSARLAB_HUB_FOLDER has
`values.json` (all values, merged) and `test.json` (ports of the test's servers, secrets the chart would make).
"""

import json
import os
import secrets
import sys
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

from tornado.httpclient import AsyncHTTPClient

c = get_config()  # type: ignore[name-defined]  # noqa: F821

folder = Path(os.environ["OPENSARLAB_HUB_FOLDER"])
values = json.loads((folder / "values.json").read_text())
test = json.loads((folder / "test.json").read_text())


def value_at(path: str, default: Any = None) -> Any:
    """`a.b.c` in the values; the default where there is none."""
    value: Any = values
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return default
        value = value[key]
    return deepcopy(value)


z2jh = ModuleType("z2jh")
vars(z2jh)["get_config"] = value_at
sys.modules["z2jh"] = z2jh

AsyncHTTPClient.configure("tornado.curl_httpclient.CurlAsyncHTTPClient")

# Where the parts are: Kubernetes Services in a cluster, ports of the loopback interface here.
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{test['proxy_api_port']}"
c.ConfigurableHTTPProxy.should_start = False
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{test['hub_port']}"
c.JupyterHub.hub_connect_url = f"http://127.0.0.1:{test['hub_port']}"
c.KubeSpawner.port = test["notebook_port"]
c.KubeSpawner.namespace = "jupyter"

c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.JupyterHub.base_url = value_at("hub.baseUrl")

SPAWNER_TRAITS = {
    "cpu_guarantee": "cpu.guarantee",
    "cpu_limit": "cpu.limit",
    "environment": "extraEnv",
    "events_enabled": "events",
    "extra_annotations": "extraAnnotations",
    "extra_labels": "extraLabels",
    "fs_gid": "fsGid",
    "init_containers": "initContainers",
    "lifecycle_hooks": "lifecycleHooks",
    "mem_guarantee": "memory.guarantee",
    "mem_limit": "memory.limit",
    "node_selector": "nodeSelector",
    "profile_list": "profileList",
    "service_account": "serviceAccountName",
    "start_timeout": "startTimeout",
    "storage_access_modes": "storage.dynamic.storageAccessModes",
    "storage_capacity": "storage.capacity",
    "storage_class": "storage.dynamic.storageClass",
    "storage_extra_labels": "storage.extraLabels",
    "pvc_name_template": "storage.dynamic.pvcNameTemplate",
    "uid": "uid",
}
for trait, key in SPAWNER_TRAITS.items():
    value = value_at(f"singleuser.{key}")
    if value is not None:
        setattr(c.KubeSpawner, trait, value)
c.KubeSpawner.image = f"{value_at('singleuser.image.name')}:{value_at('singleuser.image.tag')}"
c.KubeSpawner.allow_privilege_escalation = value_at("singleuser.allowPrivilegeEscalation")
c.KubeSpawner.tolerations = value_at("scheduling.userPods.tolerations", []) + value_at(
    "singleuser.extraTolerations", []
)
c.KubeSpawner.storage_pvc_ensure = True
if value_at("scheduling.userScheduler.enabled"):
    c.KubeSpawner.scheduler_name = "user-scheduler"
if value_at("scheduling.userPods.nodeAffinity.matchNodePurpose") == "require":
    purpose = {"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}
    c.KubeSpawner.node_affinity_required.append({"matchExpressions": [purpose]})

home = value_at("singleuser.storage.dynamic.volumeNameTemplate")
volumes = {home: {"name": home, "persistentVolumeClaim": {"claimName": "{pvc_name}"}}}
mounts = {
    home: {
        "name": home,
        "mountPath": value_at("singleuser.storage.homeMountPath"),
        "subPath": value_at("singleuser.storage.dynamic.subPath"),
    }
}
extra_files = value_at("singleuser.extraFiles", {})
if extra_files:
    items = [{"key": key, "path": key, "mode": file["mode"]} for key, file in extra_files.items()]
    volumes["files"] = {"name": "files", "secret": {"secretName": "singleuser", "items": items}}
    for index, (key, file) in enumerate(extra_files.items()):
        mounts[f"{index}-files"] = {"name": "files", "mountPath": file["mountPath"], "subPath": key}
c.KubeSpawner.volumes = volumes
c.KubeSpawner.volume_mounts = mounts
c.Spawner.default_url = value_at("singleuser.defaultUrl")

# The chart makes a token for each service that has none.
services = value_at("hub.services", {})
c.JupyterHub.services = [
    {key: entry for key, entry in service.items() if key != "apiToken"}
    | {"name": name, "api_token": test["service_tokens"].get(name) or secrets.token_hex(32)}
    for name, service in services.items()
]
c.JupyterHub.load_roles = [{"name": name} | role for name, role in value_at("hub.loadRoles", {}).items()]

c.JupyterHub.cookie_secret = bytes.fromhex(test["cookie_secret"])
c.CryptKeeper.keys = [test["crypt_key"]]

for section, settings in value_at("hub.config", {}).items():
    c[section].update(settings)

for file in sorted(Path(test["config_folder"]).glob("*.py")):
    exec(compile(file.read_text(), file.name, "exec"))

for _, code in sorted(value_at("hub.extraConfig", {}).items()):
    exec(code)
