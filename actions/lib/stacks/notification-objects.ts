import type { Deployment } from '../deployment/deployment.ts';

/**
 * The namespace of the services beside the hub, and what the declaration says to the notifications, as one Kubernetes
 * list; the rest is the same for every deployment and stands in `cluster/services/notifications.yaml`.
 */
export function notificationObjects({ parameters }: Pick<Deployment, 'parameters'>): Record<string, unknown> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const data = parameters.ical_url === undefined ? {} : { ICAL_URL: parameters.ical_url };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'services', labels } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notifications', namespace: 'services' }, data },
    ],
  };
}
