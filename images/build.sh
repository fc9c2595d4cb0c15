#!/usr/bin/env bash
# Builds, tests and pushes images: build.sh [IMAGE...]; without names, those of images/images.txt, else every image.
#
# An image is a folder with a Dockerfile that has the stages `release` and `testing`. Nothing is pushed before all tests
# have passed. Environment: REGISTRY, NAMESPACE and CODEBUILD_RESOLVED_SOURCE_VERSION (the commit; its first 7 characters
# become a tag, beside `latest`). Without REGISTRY the images are only built and tested.
set -euo pipefail
cd "$(dirname "$0")"

names() {
  if [[ -s images.txt ]]; then
    cat images.txt
    return
  fi
  local dockerfile
  for dockerfile in */Dockerfile; do
    dirname "$dockerfile"
  done
}

check_image() {
  local image=$1
  if [[ ! "$image" =~ ^[a-z0-9]+$ ]]; then
    echo "An image's name has lower-case letters and digits only, not: $image" >&2
    return 1
  fi
  if [[ ! -f "$image/Dockerfile" ]]; then
    echo "There is no images/$image/Dockerfile." >&2
    return 1
  fi
  local stage
  for stage in release testing; do
    if ! grep --quiet --ignore-case --extended-regexp "^FROM .+ AS $stage\$" "$image/Dockerfile"; then
      echo "images/$image/Dockerfile lacks the stage $stage." >&2
      return 1
    fi
  done
}

if (($# > 0)); then
  images=("$@")
else
  mapfile -t images < <(names)
fi
commit=${CODEBUILD_RESOLVED_SOURCE_VERSION:-local}
tag=${commit:0:7}
prefix="${REGISTRY:+$REGISTRY/${NAMESPACE:?}/}"

for image in "${images[@]}"; do
  check_image "$image"
done
for image in "${images[@]}"; do
  echo "Testing $image"
  docker build --target testing --tag "$prefix$image:testing" "$image"
  echo "Building $image"
  docker build --target release --tag "$prefix$image:$tag" --tag "$prefix$image:latest" "$image"
done
if [[ -z "$prefix" ]]; then
  exit 0
fi
for image in "${images[@]}"; do
  echo "Pushing $image"
  docker push "$prefix$image:$tag"
  docker push "$prefix$image:latest"
done
