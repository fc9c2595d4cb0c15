import type { Deployment } from '../deployment/deployment.ts';

/** Namespace of the hub and of the users' servers. */
const namespace = 'jupyter';

/** Label of a declared service account and of the servers that run under it; its value is the account's name. */
export const serviceAccountLabel = 'opensarlab/service-account';

/**
 * What the cluster needs before servers can name the declared service accounts, as one Kubernetes list: the namespace, the
 * accounts, and a network policy that lets their servers, and only these, reach the agent that hands out credentials,
 * whatever else the chart's policy forbids. The agent listens at this address of every machine (Amazon EKS user guide, "Set
 * up the Amazon EKS Pod Identity Agent").
 */
export function serviceAccountObjects(deployment: Deployment): Record<string, unknown> {
  const accounts = (deployment.service_accounts ?? []).map(({ name }) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: { [serviceAccountLabel]: name } },
    // Servers have no business with Kubernetes; Pod Identity brings a token of its own.
    automountServiceAccountToken: false,
  }));
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...accounts, agentAccess()],
  };
}

/** Label selector of service accounts that were declared once and are no longer. */
export function undeclaredServiceAccounts(deployment: Deployment): string {
  const names = (deployment.service_accounts ?? []).map(({ name }) => name);
  return names.length === 0
    ? serviceAccountLabel
    : `${serviceAccountLabel},${serviceAccountLabel} notin (${names.join(', ')})`;
}

function agentAccess(): Record<string, unknown> {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'pod-identity-agent', namespace },
    spec: {
      podSelector: { matchExpressions: [{ key: serviceAccountLabel, operator: 'Exists' }] },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ protocol: 'TCP', port: 80 }] }],
    },
  };
}
