import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { type AccessEntry, type Cluster, type PodIdentityAssociation, refuseParameter } from './eks-state.ts';

/** eks/latest/userguide/access-policy-permissions.html */
const ACCESS_POLICIES = [
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
];
const policyArn = (name: string): string => `arn:aws:eks::aws:cluster-access-policy/${name}`;

/** Types of access entries (API_CreateAccessEntry.html). */
const ENTRY_TYPES = ['STANDARD', 'EC2_LINUX', 'EC2_WINDOWS', 'EC2', 'HYBRID_LINUX', 'FARGATE_LINUX', 'HYPERPOD_LINUX'];

export type NewAccessEntry = Pick<AccessEntry, 'principalArn' | 'type' | 'kubernetesGroups' | 'policies' | 'tags'> & {
  username: string | undefined;
};

/**
 * CreateAccessEntry with its policies (API_CreateAccessEntry.html, API_AssociateAccessPolicy.html).
 * @throws AwsError InvalidRequestException, InvalidParameterException, ResourceInUseException
 */
export function makeAccessEntry(world: AwsWorld, cluster: Cluster, made: NewAccessEntry): AccessEntry {
  if (cluster.authenticationMode === 'CONFIG_MAP') {
    throw new AwsError(
      'InvalidRequestException',
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  }
  if (!/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/.+$/.test(made.principalArn)) {
    refuseParameter('The principalArn parameter format is not valid');
  }
  if (cluster.accessEntries.has(made.principalArn)) {
    throw new AwsError(
      'ResourceInUseException',
      'The specified access entry resource is already in use on this cluster.',
      409,
    );
  }
  checkAccessEntry(made);
  const kind = made.principalArn.includes(':role/') ? 'role' : 'user';
  const name = made.principalArn.split('/').at(-1) ?? '';
  const entry: AccessEntry = {
    ...made,
    username: made.username ?? defaultUsername(made),
    arn: `arn:aws:eks:${cluster.region}:${world.accountId}:access-entry/${cluster.name}/${kind}/${world.accountId}/${name}/${randomUUID()}`,
    createdAt: world.clock.now(),
  };
  cluster.accessEntries.set(entry.principalArn, entry);
  return entry;
}

/** @throws AwsError InvalidParameterException, InvalidRequestException */
export function checkAccessEntry(made: Pick<NewAccessEntry, 'type' | 'kubernetesGroups' | 'policies'>): void {
  if (!ENTRY_TYPES.includes(made.type))
    refuseParameter(`The type ${made.type} is not one of [${ENTRY_TYPES.join(', ')}]`);
  const reserved = made.kubernetesGroups.find((group) => group.startsWith('system:'));
  if (reserved !== undefined)
    refuseParameter(`The kubernetes group name ${reserved} is invalid, it cannot start with system:`);
  if (made.type !== 'STANDARD' && (made.policies.length > 0 || made.kubernetesGroups.length > 0)) {
    throw new AwsError(
      'InvalidRequestException',
      `Access entries of type ${made.type} cannot have access policies or Kubernetes groups.`,
    );
  }
  for (const { policyArn: arn, scope } of made.policies) {
    if (!ACCESS_POLICIES.some((name) => policyArn(name) === arn))
      refuseParameter(`The policyArn ${arn} is not the ARN of an access policy`);
    if (scope.type === 'namespace' && scope.namespaces.length === 0)
      refuseParameter('The namespaces are required for the access scope namespace');
  }
}

/** eks/latest/userguide/creating-access-entries.html, username */
const defaultUsername = ({ principalArn, type }: NewAccessEntry): string => {
  if (type === 'EC2_LINUX') return 'system:node:{{EC2PrivateDNSName}}';
  if (!principalArn.includes(':role/')) return principalArn;
  const [prefix, name] = [principalArn.split(':iam:')[0], principalArn.split('/').at(-1)];
  return `${prefix}:sts::${principalArn.split(':')[4]}:assumed-role/${name}/{{SessionName}}`;
};

/**
 * CreatePodIdentityAssociation: one per service account (API_CreatePodIdentityAssociation.html).
 * @throws AwsError ResourceInUseException
 */
export function makePodIdentity(
  world: AwsWorld,
  cluster: Cluster,
  made: Omit<PodIdentityAssociation, 'id' | 'arn' | 'createdAt'>,
): PodIdentityAssociation {
  for (const other of cluster.podIdentities.values()) {
    if (other.namespace !== made.namespace || other.serviceAccount !== made.serviceAccount) continue;
    throw new AwsError('ResourceInUseException', `Association already exists: ${other.id}`, 409);
  }
  const id = `a-${randomBytes(9).toString('hex').slice(0, 17)}`;
  const association: PodIdentityAssociation = {
    ...made,
    id,
    arn: `arn:aws:eks:${cluster.region}:${world.accountId}:podidentityassociation/${cluster.name}/${id}`,
    createdAt: world.clock.now(),
  };
  cluster.podIdentities.set(id, association);
  return association;
}
