#!/usr/bin/env bash
# Sees to it that the images of the hub and of its services are there, and installs or upgrades the autoscaler, JupyterHub and
# the services. Run again, it changes nothing.
#
# Environment: REGISTRY, NAMESPACE, USER_POOL_ID, USER_POOL_CLIENT_ID, SIGN_IN_DOMAIN, DEPLOYMENT_URL and
# CODEBUILD_RESOLVED_SOURCE_VERSION (the commit, which becomes the images' tag).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=/dev/null
source opensarlab/versions.env

commit=${CODEBUILD_RESOLVED_SOURCE_VERSION:?}
export HUB_IMAGE_TAG=${commit:0:7}
services_image="${REGISTRY:?}/${NAMESPACE:?}/services"

# Holds secrets; only this user can enter it, and it goes whatever happens.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

# A Helm that was killed leaves a revision as unfinished, and every later one refuses to work on the release. Nothing is under
# way now: the project runs one build at a time. Without that revision Helm goes on from the one before, or takes over what
# there is of a first installation.
forget_unfinished() {
  kubectl --namespace "$1" delete secrets --ignore-not-found \
    --selector "owner=helm,name=$1,status in (pending-install,pending-upgrade,pending-rollback,uninstalling)"
}

# Built already where the deployment had them built beside the cluster; a pipeline that was started alone builds them here.
bash jupyterhub/images.sh

echo "Installing"
manifest=$(<services/notifications.yaml)
printf '%s\n' "${manifest//SERVICES_IMAGE/$services_image:$HUB_IMAGE_TAG}" | kubectl apply \
  --filename jupyterhub/storage-class.yaml \
  --filename opensarlab/service-accounts.yaml \
  --filename opensarlab/notifications.yaml \
  --filename -
helm repo add autoscaler "${AUTOSCALER_CHART_REPOSITORY:?}" --force-update
helm repo add jupyterhub "${JUPYTERHUB_CHART_REPOSITORY:?}" --force-update

forget_unfinished autoscaler
helm upgrade --install autoscaler autoscaler/cluster-autoscaler \
  --version "${AUTOSCALER_CHART_VERSION:?}" \
  --namespace autoscaler --create-namespace \
  --values opensarlab/autoscaler.yaml

aws cognito-idp describe-user-pool-client \
  --user-pool-id "${USER_POOL_ID:?}" --client-id "${USER_POOL_CLIENT_ID:?}" \
  --query UserPoolClient.ClientSecret --output text >"$private/client-secret"
kubectl --namespace jupyter get secret hub --ignore-not-found --output json >"$private/hub-secret.json"
node jupyterhub/install-values.mjs "$private/client-secret" "$private/hub-secret.json" >"$private/values.json"

forget_unfinished jupyter
helm upgrade --install jupyter jupyterhub/jupyterhub \
  --version "${JUPYTERHUB_CHART_VERSION:?}" \
  --namespace jupyter --create-namespace \
  --values jupyterhub/values.yaml \
  --values opensarlab/values.yaml \
  --values "$private/values.json" \
  --wait --timeout 15m

kubectl --namespace services rollout status deployment/notifications --timeout 5m

# Only now does no profile name them any more.
kubectl --namespace jupyter delete serviceaccounts --ignore-not-found \
  --selector "$(<opensarlab/undeclared-service-accounts.selector)"
