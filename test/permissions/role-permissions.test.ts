import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { covers, iamActionsFor } from './iam-actions.ts';
import { permissionsOf } from './role-permissions.ts';
import { methodsUsedBy, type PortMethod, portMethods, rolesOf } from './sdk-calls.ts';
import { repository } from './source-modules.ts';

type Role = 'plan' | 'deploy' | 'destroy';
const roles: readonly Role[] = ['plan', 'deploy', 'destroy'];

/** Logical ids in bootstrap.yaml. */
const logicalIds: Record<Role | 'audit', string> = {
  plan: 'PlanRole',
  deploy: 'DeployRole',
  destroy: 'DestroyRole',
  audit: 'AuditRole',
};

/** Git asks CodeCommit without the SDK (AWS CodeCommit user guide, permissions reference, "Git client commands"). */
const byGit: Record<Role, readonly string[]> = {
  plan: ['codecommit:GitPull'],
  deploy: ['codecommit:GitPull', 'codecommit:GitPush'],
  destroy: [],
};

/** CloudFormation shows app clients with their secret, so that only deployments have it look at them. */
const byDrift: Partial<Record<Role, readonly string[]>> = { deploy: ['cognito-idp:DescribeUserPoolClient'] };

/** What the code could call, but not with this role. */
const neverCalled: Record<Role, readonly PortMethod[]> = {
  // The plan mirrors as a dry run, which makes no repository.
  plan: ['repositories.create'],
  deploy: [],
  destroy: [],
};

const methods = portMethods();
const entries = readdirSync(join(repository, 'actions'))
  .map((name) => `actions/${name}/main.ts`)
  .filter((path) => existsSync(join(repository, path)));

/** What the code that runs with a role asks of AWS, as actions of IAM, each with the ports' methods that ask it. */
function neededBy(role: Role): Map<string, string[]> {
  const needed = new Map<string, string[]>(byGit[role].map((action) => [action, ['git']]));
  for (const action of byDrift[role] ?? []) needed.set(action, ['cloudFormation.resourceDrift']);
  const withRole = entries.filter((path) => rolesOf(path).has(role));
  const used = new Set(withRole.flatMap((entry) => [...methodsUsedBy(entry, new Set(methods.keys()))]));
  for (const method of used) {
    if (neverCalled[role].includes(method)) continue;
    for (const action of [...(methods.get(method) ?? [])].flatMap(iamActionsFor)) {
      needed.set(action, [...new Set([...(needed.get(action) ?? []), method])]);
    }
  }
  return needed;
}

describe.each(roles)('the role %s', (role) => {
  const needed = neededBy(role);
  const permissions = permissionsOf(logicalIds[role]);

  it('may do everything that its code asks of AWS', () => {
    const allowed = permissions.flatMap(({ actions }) => actions);
    const missing = [...needed].filter(([action]) => !allowed.some((pattern) => covers(pattern, action)));
    expect(missing).toEqual([]);
    expect(needed.size).toBeGreaterThan(10);
  });

  it('may do nothing else', () => {
    const excess = permissions.flatMap(({ policy, actions }) =>
      actions
        .filter((pattern) => ![...needed.keys()].some((action) => covers(pattern, action)))
        .map((pattern) => `${policy}: ${pattern}`),
    );
    expect(excess).toEqual([]);
  });

  it('has no wildcards', () => {
    expect(permissions.flatMap(({ actions }) => actions).filter((action) => /[*?]/.test(action))).toEqual([]);
  });
});

describe('the role audit', () => {
  it('only looks, and keeps cases of its own', () => {
    const actions = permissionsOf(logicalIds.audit).flatMap((policy) => policy.actions);
    const looks = /^[a-z0-9-]+:(BatchGet|Describe|Get|GitPull|List|Validate)/;
    expect(actions.filter((action) => !looks.test(action))).toEqual(['s3:PutObject']);
  });
});

describe('what the test derives', () => {
  it('knows the actions that connect, each with one role', () => {
    const connecting = entries
      .map((entry) => [entry, [...rolesOf(entry)]] as const)
      .filter(([, found]) => found.length);
    expect(connecting).toEqual([
      ['actions/deploy/main.ts', ['deploy']],
      ['actions/destroy/main.ts', ['destroy']],
      ['actions/mirror/main.ts', ['deploy']],
      ['actions/plan/main.ts', ['plan']],
    ]);
  });

  it('sees a use of every method of every port: what it overlooked would be missing here', () => {
    const used = new Set(entries.flatMap((entry) => [...methodsUsedBy(entry, new Set(methods.keys()))]));
    // Whoever sets the account up asks it by `recordsOf`; the roles find the bucket within their other calls.
    const byHand = ['records.bucket'];
    expect([...methods.keys()].filter((method) => !used.has(method))).toEqual(byHand);
    expect([...methods].filter(([, calls]) => calls.size === 0).map(([method]) => method)).toEqual([]);
  });

  it.each([
    ['cloudFormation.findStack', ['cloudformation:DescribeStacks']],
    ['records.list', ['iam:GetRole', 's3:HeadBucket', 's3:ListObjectsV2']],
    ['records.replace', ['iam:GetRole', 's3:GetObject', 's3:HeadBucket', 's3:PutObject']],
    ['account.quota', ['service-quotas:GetAWSDefaultServiceQuota', 'service-quotas:GetServiceQuota']],
    [
      'userPools.closeSignUp',
      ['cognito-identity-provider:DescribeUserPool', 'cognito-identity-provider:UpdateUserPool'],
    ],
  ] as const)('finds the requests behind %s', (method, calls) => {
    expect([...(methods.get(method) ?? [])].sort()).toEqual(calls);
  });

  it('reads wildcards as IAM does', () => {
    expect(covers('s3:GetBucket*', 's3:GetBucketTagging')).toBe(true);
    expect(covers('S3:getbucket?agging', 's3:GetBucketTagging')).toBe(true);
    expect(covers('s3:GetBucket', 's3:GetBucketTagging')).toBe(false);
    expect(covers('s3.:GetObject', 's3x:GetObject')).toBe(false);
  });
});
