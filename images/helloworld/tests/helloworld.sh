#!/usr/bin/env bash
# Runs in the stage `testing`; an error fails the build and nothing is pushed.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# A user's home is a volume: what the image needs must not be in the image's own home.
home_kib=$(du --summarize --block-size=1K /home/jovyan | cut --fields=1)
((home_kib < 1024)) || fail "/home/jovyan holds $home_kib KiB, which the home volume hides."
HOME=$(mktemp --directory)
export HOME
cd "$HOME"

# The hub starts servers as this user, and gives some of them the group `elevation`.
[[ $(id --user):$(id --group) == 1000:100 ]] || fail "The user is $(id)."
[[ $(getent group elevation) == elevation:x:599:* ]] || fail 'There is no group elevation with the id 599.'
! sudo --non-interactive true 2>/dev/null || fail 'Every user may become root.'

# The hub refuses servers of another major version.
[[ $(jupyterhub-singleuser --version) == 5.* ]] || fail "jupyterhub-singleuser is $(jupyterhub-singleuser --version)."
[[ $(jupyter lab --version) == 4.* ]] || fail "JupyterLab is $(jupyter lab --version)."
bash -ic 'conda activate base && [[ $CONDA_DEFAULT_ENV == base ]]' || fail 'Terminals cannot activate environments.'

python /tests/start_lab.py
python /tests/run_kernel.py python3 'import sys; print(sys.version)'
