"""Loaded by the chart's configuration, which defines `c`."""

from opensarlab_hub import authenticator, database, profiles
from z2jh import get_config

database.configure(c)
custom = get_config("custom", {})
authenticator.configure(c, custom)
profiles.configure(c, custom)
