#!/usr/bin/env bash
# Builds the images of the hub and of its services and pushes them. An image's tags are the commit's first 7 characters,
# `latest`, and content-DIGEST for what it is made of: what the registry has under that tag is not built again, and gets the
# other two. Run again, it changes nothing.
#
# Environment: REGISTRY, NAMESPACE and CODEBUILD_RESOLVED_SOURCE_VERSION (the commit).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=/dev/null
source opensarlab/versions.env

commit=${CODEBUILD_RESOLVED_SOURCE_VERSION:?}
tag=${commit:0:7}
prefix="${REGISTRY:?}/${NAMESPACE:?}"

in_registry() {
  docker buildx imagetools inspect "$1" >/dev/null 2>&1
}

# Digest of the image it starts from and of everything in its folder: paths, contents, which files can be run, where links lead.
content_of() {
  (
    cd "$2"
    export LC_ALL=C
    printf '%s\n' "$1"
    find . -type f -print0 | sort --zero-terminated | xargs --null --no-run-if-empty sha256sum
    find . -type f -perm -u+x -print | sort
    find . -type l -printf '%p %l\n' | sort
  ) | sha256sum | cut --characters=1-32
}

# provide NAME BASE FOLDER
provide() {
  local name="$prefix/$1" base=$2 folder=$3 content each
  content="content-$(content_of "$base" "$folder")"
  if in_registry "$name:$tag"; then
    echo "$1:$tag is in the registry"
  elif in_registry "$name:$content"; then
    echo "Tagging $1: it is in the registry as it is in $folder"
    docker buildx imagetools create --prefer-index=false --tag "$name:$tag" --tag "$name:latest" "$name:$content"
  else
    echo "Building $name:$tag"
    docker build --build-arg "BASE=$base" --tag "$name:$tag" --tag "$name:latest" --tag "$name:$content" "$folder"
    # The commit's tag comes last: whoever finds it finds the others too.
    for each in "$content" latest "$tag"; do
      docker push "$name:$each"
    done
  fi
}

aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
provide hub "${HUB_BASE_IMAGE:?}" jupyterhub/hub
provide services "${SERVICES_BASE_IMAGE:?}" services
