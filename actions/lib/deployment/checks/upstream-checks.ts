import { quoteValue } from '../quote-value.ts';
import type { Check, CheckFinding, DeploymentDraft } from './check.ts';

const codeCommitIsFixed: Check = {
  code: 'OSL106',
  run({ name, parameters }) {
    const { code_commit_repo_name: repository, code_commit_branch_name: branch } = parameters ?? {};
    const findings: CheckFinding[] = [];
    if (name !== undefined && repository !== undefined && repository !== `${name}-cluster`) {
      const message = `code_commit_repo_name must be ${quoteValue(`${name}-cluster`)}, not ${quoteValue(repository)}.`;
      findings.push({ path: '/parameters/code_commit_repo_name', message });
    }
    if (branch !== undefined && branch !== 'main') {
      const message = `code_commit_branch_name must be "main", not ${quoteValue(branch)}.`;
      findings.push({ path: '/parameters/code_commit_branch_name', message });
    }
    return findings;
  },
};

const bucket = '/parameters/user_whitelist_bucket';
const csv = '/parameters/user_whitelist_csv';

/** Whether sign-up is restricted to somebody also without the list. */
function isRestricted({ users }: DeploymentDraft): boolean {
  const allowed = [...(users?.allowed_email_domains ?? []), ...(users?.allowed_emails ?? [])];
  return users?.sign_up === 'closed' || allowed.length > 0;
}

const listIsNotRead: Check = {
  code: 'OSL110',
  run(deployment) {
    const { user_whitelist_bucket, user_whitelist_csv } = deployment.parameters ?? {};
    if (user_whitelist_bucket === undefined || user_whitelist_csv === undefined || !isRestricted(deployment)) return [];
    return [{ path: bucket, part: 'key', message: 'The list of people in S3 is not read; it changes nothing here.' }];
  },
};

const listIsComplete: Check = {
  code: 'OSL119',
  run({ parameters }, { isUnknown }) {
    const { user_whitelist_bucket, user_whitelist_csv } = parameters ?? {};
    const here = user_whitelist_bucket === undefined ? csv : bucket;
    const there = here === bucket ? csv : bucket;
    if ((user_whitelist_bucket === undefined) === (user_whitelist_csv === undefined) || isUnknown(there)) return [];
    const message = `${here.slice(12)} is there without ${there.slice(12)}.`;
    return [{ path: here, part: 'key', message }];
  },
};

const listDoesNotProtect: Check = {
  code: 'OSL120',
  run(deployment, { isUnknown }) {
    const { user_whitelist_bucket, user_whitelist_csv } = deployment.parameters ?? {};
    if (user_whitelist_bucket === undefined || user_whitelist_csv === undefined) return [];
    const places = ['/users/sign_up', '/users/allowed_email_domains', '/users/allowed_emails'];
    if (isRestricted(deployment) || places.some(isUnknown)) return [];
    const message = 'The list of people in S3 is not read, so anybody could sign up.';
    return [{ path: bucket, part: 'key', message }];
  },
};

/** Rules about fields that are there only for upstream's files. */
export const upstreamChecks: readonly Check[] = [codeCommitIsFixed, listIsNotRead, listIsComplete, listDoesNotProtect];
