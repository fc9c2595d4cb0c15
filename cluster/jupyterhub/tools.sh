#!/usr/bin/env bash
# Puts the pinned Helm on the PATH where the build image has none. The archive's checksum comes from Helm's own server.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=/dev/null
source opensarlab/versions.env

if command -v helm >/dev/null; then
  exit 0
fi

archive="helm-${HELM_VERSION:?}-linux-amd64.tar.gz"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
curl --fail --silent --show-error --location --output "$folder/$archive" "https://get.helm.sh/$archive"
curl --fail --silent --show-error --location --output "$folder/$archive.sha256sum" "https://get.helm.sh/$archive.sha256sum"
(cd "$folder" && sha256sum --check --quiet "$archive.sha256sum" && tar --extract --gzip --file "$archive")
install -m 0755 "$folder/linux-amd64/helm" /usr/local/bin/helm
