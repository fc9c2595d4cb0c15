import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';

type Tags = Record<string, string>;

export type Role = {
  name: string;
  path: string;
  arn: string;
  /** `AROA…` */
  id: string;
  createdAt: Date;
  description: string | undefined;
  /** JSON text. */
  trustPolicy: string;
  maxSessionSeconds: number;
  permissionsBoundary: string | undefined;
  /** JSON text by policy name. */
  inlinePolicies: Map<string, string>;
  /** ARNs of managed policies. */
  attachedPolicies: Set<string>;
  tags: Tags;
};

export type ManagedPolicy = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: Date;
  updatedAt: Date;
  description: string | undefined;
  /** JSON text of the default version. */
  document: string;
  /** Number of the default version. */
  version: number;
  tags: Tags;
};

export type InstanceProfile = {
  name: string;
  path: string;
  arn: string;
  id: string;
  createdAt: Date;
  roleName: string | undefined;
  tags: Tags;
};

export type OidcProvider = {
  arn: string;
  /** Without `https://`. */
  url: string;
  clientIds: string[];
  thumbprints: string[];
  createdAt: Date;
  tags: Tags;
};

/** The account's IAM entities; roles, policies and profiles by name, customer policies and providers by ARN. */
export type IamState = {
  roles: Map<string, Role>;
  policies: Map<string, ManagedPolicy>;
  instanceProfiles: Map<string, InstanceProfile>;
  oidcProviders: Map<string, OidcProvider>;
};

export const iamState: StateKey<IamState> = {
  id: 'iam',
  create: () => ({ roles: new Map(), policies: new Map(), instanceProfiles: new Map(), oidcProviders: new Map() }),
};

/** IAM is one for all regions. */
export const iam = (world: AwsWorld): IamState => world.state(iamState, GLOBAL);

/** IAM's answer to a name or ARN it does not know (CommonErrors of the IAM API, NoSuchEntity). */
export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
export const alreadyExists = (message: string): AwsError => new AwsError('EntityAlreadyExists', message, 409);
export const deleteConflict = (message: string): AwsError => new AwsError('DeleteConflict', message, 409);

/** @throws AwsError NoSuchEntity */
export function findRole(world: AwsWorld, name: string | undefined): Role {
  const role = iam(world).roles.get(name ?? '');
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** A role by its ARN, path included; undefined when there is none, or in another account. */
export const roleByArn = (world: AwsWorld, arn: string): Role | undefined =>
  [...iam(world).roles.values()].find((role) => role.arn === arn);

/** Limits of IAM userguide, reference_iam-quotas.html. */
const MAXIMUM_NAME = { role: 64, policy: 128, 'instance-profile': 128 } as const;

/** An entity's ARN, e.g. `arn:aws:iam::123456789012:role/service/name`. */
export const entityArn = (world: AwsWorld, kind: keyof typeof MAXIMUM_NAME, path: string, name: string): string =>
  `arn:aws:iam::${world.accountId}:${kind}${path}${name}`;

/**
 * Checks a name and a path.
 * @throws AwsError ValidationError in the words that AWS's parameter validation uses
 */
export function checkEntityName(kind: keyof typeof MAXIMUM_NAME, name: string, path: string): void {
  const limit = MAXIMUM_NAME[kind];
  const field = { role: 'roleName', policy: 'policyName', 'instance-profile': 'instanceProfileName' }[kind];
  if (name.length < 1 || name.length > limit) {
    throw violated(name, field, `Member must have length less than or equal to ${limit}`);
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw new AwsError(
      'ValidationError',
      `The specified value for ${field} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  if (!/^(\/|\/[\u0021-\u007F]+\/)$/.test(path) || path.length > 512) {
    throw violated(path, 'path', 'Member must begin and end with / and contain only ASCII characters');
  }
}

/** One violated constraint, worded as AWS does. */
export const violated = (value: string, field: string, constraint: string): AwsError =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: ${constraint}`,
  );
