#!/usr/bin/env bash
# Runs in a server of the image helloworld after its start. An error here stops the server.
set -euo pipefail

greeting="$HOME/Welcome.md"
if [[ ! -e "$greeting" ]]; then
  printf '# Welcome to OpenSARlab\n\nFiles in this folder stay when the server stops.\n' >"$greeting"
fi
