#!/usr/bin/env bash
# Runs in the stage `testing`; an error fails the build.
set -euo pipefail

jupyter lab --version
jupyterhub-singleuser --version
python -c 'import jupyterlab'
getent group elevation
