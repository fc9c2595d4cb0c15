#!/usr/bin/env bash
# Runs one phase: phase.sh install|smoke|uninstall. Needs kubectl's configuration for the cluster.
#
# After an upgrade that fails, or whose hub fails the smoke test, the last hub that passed it comes back, and the phase fails
# all the same. This happens in the build, so that it does not depend on a workflow that may be cancelled.
set -euo pipefail
cd "$(dirname "$0")/.."

# The test's own exit status when it was stopped: no verdict on the hub.
stopped=130

put_back() {
  node jupyterhub/last-working.mjs restore || echo "The last hub that worked could not be put back."
}

install() {
  bash jupyterhub/install.sh || {
    local outcome
    outcome=$(put_back)
    echo "The installation failed. $outcome" >&2
    exit 1
  }
}

smoke() {
  # What runs is the hub before this commit's, which failed and was put back.
  if node jupyterhub/last-working.mjs was-refused; then
    echo "The hub of this commit was put back before; it is installed again." >&2
    install
  fi
  SMOKE_VERDICT=$(mktemp)
  export SMOKE_VERDICT
  node jupyterhub/smoke-test.mjs &
  local test=$! status=0 outcome
  # Whoever stops the build stops the test, which tidies up.
  trap 'kill -TERM "$test"' TERM INT
  wait "$test" || status=$?
  # A trapped signal ends `wait` before the test has ended.
  if kill -0 "$test" 2>/dev/null; then
    status=0
    wait "$test" || status=$?
  fi
  case $status in
    0) node jupyterhub/last-working.mjs remember ;;
    "$stopped") exit "$stopped" ;;
    *)
      outcome=$(put_back)
      # Last and in one line, as that is what people are shown of the build's log.
      echo "Smoke test failed: $(<"$SMOKE_VERDICT"). $outcome" >&2
      exit 1
      ;;
  esac
}

case "${1:?which phase}" in
  install) install ;;
  smoke) smoke ;;
  uninstall) exec bash jupyterhub/uninstall.sh ;;
  *)
    echo "There is no phase called $1; use install, smoke or uninstall." >&2
    exit 2
    ;;
esac
