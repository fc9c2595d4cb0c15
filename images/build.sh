#!/usr/bin/env bash
# Builds, tests and pushes images: build.sh [IMAGE...]; without names, those of images/images.txt, else every image.
#
# An image is a folder with a Dockerfile, which has the stages `release` and `testing`, and with the tests/IMAGE.sh that
# the stage `testing` runs. Nothing is pushed before all tests have passed. An image's tags are the commit's first 7
# characters, `latest`, and content-DIGEST for what its folder holds: an image that the registry has under that tag is not
# built again, and gets the other two tags.
#
# Environment: REGISTRY, NAMESPACE and CODEBUILD_RESOLVED_SOURCE_VERSION (the commit). Without REGISTRY the images are
# only built and tested. REBUILD=true builds all of them, for newer versions of the packages they install.
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

refuse() {
  echo "$1" >&2
  return 1
}

check_image() {
  local image=$1 stage
  [[ "$image" =~ ^[a-z0-9]+$ ]] || refuse "An image's name has lower-case letters and digits only, not: $image"
  [[ -f "$image/Dockerfile" ]] || refuse "There is no images/$image/Dockerfile."
  for stage in release testing; do
    grep --quiet --ignore-case --extended-regexp "^FROM[[:space:]].+[[:space:]]AS[[:space:]]+${stage}[[:space:]]*\$" "$image/Dockerfile" \
      || refuse "images/$image/Dockerfile lacks the stage $stage."
  done
  [[ -f "$image/tests/$image.sh" ]] || refuse "There is no images/$image/tests/$image.sh, which tests the image."
  grep --quiet --fixed-strings "$image.sh" "$image/Dockerfile" \
    || refuse "The stage testing of images/$image/Dockerfile does not run tests/$image.sh."
}

# Images that a Dockerfile starts or copies from, without its own stages; defaults of ARG stand for variables.
outside_images() {
  awk '
    function resolve(text,   name) {
      for (name in value) { gsub("[$][{]" name "[^}]*[}]", value[name], text); gsub("[$]" name, value[name], text) }
      return text
    }
    function found(text) {
      text = resolve(text)
      if (!(tolower(text) in stage) && text !~ /^[0-9]+$/ && text != "scratch") print text
    }
    /^# *syntax=/ { sub(/^# *syntax= */, ""); print; next }
    toupper($1) == "ARG" && split($2, pair, "=") > 1 { gsub(/"/, "", pair[2]); value[pair[1]] = pair[2] }
    toupper($1) == "FROM" {
      field = 2
      while ($field ~ /^--/) field++
      found($field)
      if (toupper($(field + 1)) == "AS") stage[tolower($(field + 2))] = 1
      next
    }
    match($0, /from=[^, \t]+/) { found(substr($0, RSTART + 5, RLENGTH - 5)) }
  ' "$1/Dockerfile"
}

# A reference without a host, or with one of its own, is at Docker Hub (docs.docker.com/reference/cli/docker/image/tag).
is_at_docker_hub() {
  local host=${1%%/*}
  [[ "$1" != */* || ! "$host" =~ [.:] && "$host" != localhost || "$host" =~ ^((registry-1|index)\.)?docker\.io$ ]]
}

# Docker Hub allows few downloads without an account. The password goes from one pipe into the other.
log_in_to_docker_hub() {
  local credentials
  credentials=$(aws secretsmanager get-secret-value --secret-id dockerhub/creds --query SecretString --output text) \
    || refuse "$1 is at Docker Hub, and the secret dockerhub/creds cannot be read. Store it (user name, space, access token), or start from an image at quay.io or public.ecr.aws."
  [[ "$credentials" == ?*' '?* ]] || refuse 'The secret dockerhub/creds is not a user name, a space and an access token.'
  printf '%s' "${credentials#* }" | docker login --username "${credentials%% *}" --password-stdin
}

# Digest of everything in an image's folder: paths, contents, which files can be run, where links lead.
content_of() {
  (
    cd "$1"
    export LC_ALL=C
    find . -type f -print0 | sort --zero-terminated | xargs --null --no-run-if-empty sha256sum
    find . -type f -perm -u+x -print | sort
    find . -type l -printf '%p %l\n' | sort
  ) | sha256sum | cut --characters=1-32
}

build() {
  local image=$1 name=$2
  # Layers of the last image are taken from the registry where nothing before them has changed.
  local cache=()
  if [[ -n "${REGISTRY:-}" && "${REBUILD:-false}" != true ]]; then
    cache=(--cache-from "type=registry,ref=$name:latest")
  fi
  echo "Testing $image"
  docker build --target testing "${cache[@]}" --tag "$name:testing" "$image"
  echo "Building $image"
  docker build --target release "${cache[@]}" --cache-to type=inline --tag "$name:$tag" --tag "$name:latest" \
    --tag "$name:content-$(content_of "$image")" "$image"
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

changed=()
unchanged=()
for image in "${images[@]}"; do
  if [[ -n "$prefix" && "${REBUILD:-false}" != true ]] \
    && docker buildx imagetools inspect "$prefix$image:content-$(content_of "$image")" >/dev/null 2>&1; then
    echo "$image is in the registry as it is in images/$image"
    unchanged+=("$image")
  else
    changed+=("$image")
  fi
done

if [[ -n "$prefix" ]]; then
  for image in "${changed[@]}"; do
    while read -r outside; do
      if is_at_docker_hub "$outside"; then
        log_in_to_docker_hub "$outside"
        break 2
      fi
    done < <(outside_images "$image")
  done
fi

for image in "${changed[@]}"; do
  build "$image" "$prefix$image"
done
if [[ -z "$prefix" ]]; then
  exit 0
fi
for image in "${changed[@]}"; do
  echo "Pushing $image"
  for each in "$tag" latest "content-$(content_of "$image")"; do
    docker push "$prefix$image:$each"
  done
done
for image in "${unchanged[@]}"; do
  echo "Tagging $image"
  docker buildx imagetools create --prefer-index=false --tag "$prefix$image:$tag" --tag "$prefix$image:latest" \
    "$prefix$image:content-$(content_of "$image")"
done
