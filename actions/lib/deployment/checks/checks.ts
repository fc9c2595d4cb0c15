import type { Deployment } from '../deployment.ts';
import type { Finding } from '../finding.ts';
import { accountChecks } from './account-checks.ts';
import type { Check, CheckContext } from './check.ts';
import { nameChecks } from './name-checks.ts';
import { nodeChecks } from './node-checks.ts';
import { profileChecks } from './profile-checks.ts';
import { settingChecks } from './setting-checks.ts';

export type { CheckContext };

/** Every rule beyond the schema, in the order of its code. */
export const checks: readonly Check[] = [
  ...nameChecks,
  ...accountChecks,
  ...nodeChecks,
  ...profileChecks,
  ...settingChecks,
].sort((a, b) => (a.code < b.code ? -1 : 1));

/** Runs all checks; none stops the next. */
export function runChecks(deployment: Deployment, context: CheckContext): Finding[] {
  return checks.flatMap((check) => check.run(deployment, context).map((finding) => ({ ...finding, code: check.code })));
}
