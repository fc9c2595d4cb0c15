#!/usr/bin/env bash
# Removes the hub, its services, the users' servers and the autoscaler. Run again, it finds nothing to do.
#
# KEEP_VOLUMES=false also deletes the claims, and with them the home volumes; otherwise the volumes stay, detached.
set -euo pipefail

# What it says of revisions does not hold for those of the next installation.
kubectl --namespace jupyter delete configmap opensarlab-last-working --ignore-not-found
helm uninstall jupyter --namespace jupyter --ignore-not-found --wait --timeout 10m
# Servers belong to the hub, not to the chart, and would keep machines running and volumes attached.
kubectl --namespace jupyter delete pods --selector component=singleuser-server --ignore-not-found --wait --timeout 10m
if [[ "${KEEP_VOLUMES:-true}" == false ]]; then
  kubectl --namespace jupyter delete pvc --all --wait --timeout 10m
fi
kubectl delete namespace services --ignore-not-found --wait --timeout 5m
helm uninstall autoscaler --namespace autoscaler --ignore-not-found --wait --timeout 5m
