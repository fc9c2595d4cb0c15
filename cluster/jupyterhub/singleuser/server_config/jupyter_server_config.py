"""Part of every user server's configuration: tells JupyterLab's extensions which profile the server has."""

import os

c = get_config()  # noqa: F821
profile = os.environ.get("OPENSARLAB_PROFILE_NAME", "")
c.ServerApp.tornado_settings = {"page_config_data": {"opensarlabProfile": profile}}
