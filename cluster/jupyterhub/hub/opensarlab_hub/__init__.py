"""OpenSARlab's configuration of JupyterHub, as functions of the chart's `custom` values."""
