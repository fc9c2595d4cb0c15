import type { Deployment, ServiceAccount } from '../deployment/deployment.ts';
import { policyArn } from '../ports/role-arn.ts';
import { type Reach, reachOf, type Statement, statementsOf } from './policy-reach.ts';
import type { PreflightCheck, PreflightResult } from './preflight-check.ts';

/** Most characters of all inline policies of a role, white space not counted (IAM user guide, IAM and STS quotas). */
const largestPolicy = 10_240;

const extend =
  'Allow it in the boundary too (cluster/cloudformation/bootstrap.yaml, then `npx opensarlab bootstrap`), or remove it.';

/** What a boundary takes away shows up nowhere but in a server that is refused, so it is said here. */
export const permissionChecks: readonly PreflightCheck[] = [
  {
    id: 'boundary',
    title: 'Permissions boundary',
    run: async ({ deployment, ports }) => {
      const { permissions_boundary: boundary, account_id: id, region } = deployment.aws;
      if (boundary === '') return undefined;
      const document = await ports.account.policyDocument(policyArn(id, boundary, region));
      if (document !== undefined) return { outcome: 'ok', detail: `The account has the policy ${boundary}.` };
      return {
        outcome: 'blocker',
        detail: `The account has no policy ${boundary}, which is to limit the roles of nodes, builds and service accounts.`,
        hint: 'Deploy the bootstrap stack (`npx opensarlab bootstrap`), or correct aws.permissions_boundary.',
      };
    },
  },
  {
    id: 'service-accounts',
    title: 'Permissions of service accounts',
    run: async ({ deployment, ports }) => {
      const accounts = deployment.service_accounts ?? [];
      if (accounts.length === 0) return undefined;
      const large = accounts.find((account) => policySize(account) > largestPolicy);
      if (large !== undefined) return tooLarge(large);
      const { permissions_boundary: boundary, account_id: id, region } = deployment.aws;
      if (boundary === '') return withinBoundary(accounts);
      const document = await ports.account.policyDocument(policyArn(id, boundary, region));
      // That it is missing is said above.
      return document === undefined ? undefined : judgePermissions(deployment, statementsOf(document));
    },
  },
];

/**
 * Holds what the service accounts are declared to be allowed against the boundary.
 * @returns `blocker` for what the boundary takes away altogether, `warning` for what it takes away in part
 */
export function judgePermissions(deployment: Deployment, boundary: readonly Statement[]): PreflightResult {
  const accounts = deployment.service_accounts ?? [];
  const name = deployment.aws.permissions_boundary;
  const lost = actionsWith('none', accounts, boundary);
  if (lost !== '') {
    return { outcome: 'blocker', detail: `The boundary ${name} allows nothing of this: ${lost}.`, hint: extend };
  }
  const limited = actionsWith('some', accounts, boundary);
  if (limited === '') return withinBoundary(accounts);
  return { outcome: 'warning', detail: `The boundary ${name} allows only a part of this: ${limited}.`, hint: extend };
}

function actionsWith(reach: Reach, accounts: readonly ServiceAccount[], boundary: readonly Statement[]): string {
  return accounts
    .flatMap(({ name, permissions }) => {
      const actions = reachOf(permissions, boundary).filter((each) => each.reach === reach);
      return actions.length === 0 ? [] : [`${actions.map(({ action }) => action).join(', ')} (${name})`];
    })
    .join('; ');
}

function withinBoundary(accounts: readonly ServiceAccount[]): PreflightResult {
  return {
    outcome: 'ok',
    detail: `Nothing takes away from what ${accounts.map(({ name }) => name).join(', ')} may do.`,
  };
}

function policySize({ permissions }: ServiceAccount): number {
  return JSON.stringify({ Version: '2012-10-17', Statement: permissions }).replace(/\s/g, '').length;
}

function tooLarge(account: ServiceAccount): PreflightResult {
  return {
    outcome: 'blocker',
    detail: `The permissions of ${account.name} have ${policySize(account)} characters; IAM takes ${largestPolicy}.`,
    hint: 'Use wildcards, or fewer statements.',
  };
}
