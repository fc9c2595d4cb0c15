"""The smoke test's own program against this hub in a real API server, into which the chart was installed.

`npm run check:kubernetes` brings it: a port at which the API server takes everybody for the chart's account `hub`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hub import Hub

PORT = os.environ.get("OPENSARLAB_KUBERNETES_PORT")


@pytest.mark.skipif(PORT is None, reason="there is no API server; npm run check:kubernetes brings one")
def test_every_profile_starts_in_a_real_api_server(
    make_hub: Callable[..., Hub],
    hub_values: dict[str, Any],
    smoke: Callable[..., subprocess.CompletedProcess[str]],
    rendered: Path,
) -> None:
    profiles = json.loads((rendered / "smoke-test.json").read_text())["profiles"]
    # No pod runs there, the chart's own scheduler neither.
    values = deepcopy(hub_values)
    values["hub"]["extraConfig"] = {"scheduler": "c.KubeSpawner.scheduler_name = None"}
    hub = make_hub(values, kubernetes_port=int(PORT or 0)).start()
    result = smoke(hub, SMOKE_TIMEOUT_SECONDS="120")
    assert result.returncode == 0, result.stdout + result.stderr + hub.log[-3000:]
    assert f"All {len(profiles)} profiles start." in result.stdout
    sys.stdout.write(result.stdout)
