#!/usr/bin/env bash
# Runs one phase: phase.sh install|smoke|uninstall. Needs kubectl's configuration for the cluster.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:?which phase}" in
  install) exec bash jupyterhub/install.sh ;;
  smoke) exec node jupyterhub/smoke-test.mjs ;;
  uninstall) exec bash jupyterhub/uninstall.sh ;;
  *)
    echo "There is no phase called $1; use install, smoke or uninstall." >&2
    exit 2
    ;;
esac
