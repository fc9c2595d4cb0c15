#!/usr/bin/env bash
# Runs in a server of the image sar after its start. An error here stops the server.
set -euo pipefail

# A full home volume breaks Jupyter in odd ways; this says it once and clearly.
free_kib=$(df --output=avail "$HOME" | tail -n 1)
if ((free_kib < 1024)); then
  echo "The home volume is full: less than 1 MiB is left." >&2
  exit 1
fi

# Environments that a user makes go to the home volume, so that they survive the server.
if [[ ! -e "$HOME/.condarc" ]]; then
  printf 'envs_dirs:\n  - %s/.local/envs\n  - /opt/conda/envs\npkgs_dirs:\n  - %s/.local/pkgs\n' "$HOME" "$HOME" >"$HOME/.condarc"
fi
