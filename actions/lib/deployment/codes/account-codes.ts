import type { CodeEntry } from './code-entry.ts';

/** OSL5xx: the AWS account, which is asked only by `validate --live`; a plan shows the same in its own table. */
export const accountCodes = {
  OSL501: {
    severity: 'error',
    rule: 'The account has what the deployment needs.',
    cause:
      'A certificate, a verified sender, a secret or machines are missing, or a name is taken; deploying would fail.',
    remedy: 'Make what is missing in the account, or change the declaration.',
  },
  OSL502: {
    severity: 'error',
    rule: 'The account can be asked.',
    cause:
      'There are no credentials, they expired, belong to another account or lack a permission, or AWS did not answer. What could not be checked is never taken for fine.',
    remedy: 'Run again with credentials of the account, such as a session of the role opensarlab-plan.',
  },
  OSL503: {
    severity: 'warning',
    rule: 'Nothing in the account limits the deployment.',
    cause: 'It can be deployed, but a quota, a tag that is not active or the SES sandbox will be noticed later.',
    remedy: 'Change it in the account when it matters.',
  },
} as const satisfies Record<string, CodeEntry>;
