import type { AwsWorld } from '../../aws/world.ts';
import { ApiError } from '../api-error.ts';
import { findObject, type KubernetesCluster } from '../cluster-state.ts';
import { hasPodIdentity } from '../storage/claims.ts';
import type { PodSpec } from './pod-spec.ts';

/** Where the agent answers, and where a pod finds its token (eks/latest/userguide/pod-id-how-it-works.html). */
const AGENT = 'http://169.254.170.23/v1/credentials';
const TOKEN_FOLDER = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';

/**
 * What the API server makes of a new pod: it must name a service account that exists, or gets the namespace's `default`
 * (kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin, admission controller), and with a Pod Identity
 * association EKS adds the variables and the token that AWS's SDKs look for.
 * @throws ApiError Forbidden without the service account
 */
export function admitPod(
  world: AwsWorld,
  cluster: KubernetesCluster,
  pod: { name: string; namespace: string },
  spec: PodSpec,
): PodSpec {
  const account = spec.serviceAccountName ?? 'default';
  if (account !== 'default' && !findObject(cluster, 'ServiceAccount', pod.namespace, account)) {
    throw new ApiError(
      'Forbidden',
      `pods "${pod.name}" is forbidden: error looking up service account ${pod.namespace}/${account}: serviceaccount "${account}" not found`,
    );
  }
  const admitted = { ...spec, serviceAccountName: account };
  return hasPodIdentity(world, cluster.eks, pod.namespace, account) ? withCredentials(admitted) : admitted;
}

function withCredentials(spec: PodSpec): PodSpec {
  const env = [
    { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: AGENT },
    { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${TOKEN_FOLDER}/eks-pod-identity-token` },
  ];
  return {
    ...spec,
    containers: (spec.containers ?? []).map((container) => ({
      ...container,
      env: [...(container.env ?? []), ...env],
    })),
    volumes: [...(spec.volumes ?? []), { name: 'eks-pod-identity-token' }],
  };
}
