import type { Finding } from '../finding.ts';
import { accountChecks, regionChecks } from './account-checks.ts';
import { addressChecks } from './address-checks.ts';
import { arnChecks } from './arn-checks.ts';
import { capacityChecks } from './capacity-checks.ts';
import type { Check, CheckContext, DeploymentDraft } from './check.ts';
import { nameChecks } from './name-checks.ts';
import { nodeChecks } from './node-checks.ts';
import { permissionChecks } from './permission-checks.ts';
import { profileChecks } from './profile-checks.ts';
import { rangeChecks } from './range-checks.ts';
import { referenceChecks } from './reference-checks.ts';
import { settingChecks } from './setting-checks.ts';
import { sourceChecks } from './source-checks.ts';
import { statementChecks } from './statement-checks.ts';
import { upstreamChecks } from './upstream-checks.ts';

export type { CheckContext };

/** Every rule beyond the schema, in the order of its code. */
export const checks: readonly Check[] = [
  ...nameChecks,
  ...upstreamChecks,
  ...accountChecks,
  ...arnChecks,
  ...addressChecks,
  ...regionChecks,
  ...nodeChecks,
  ...profileChecks,
  ...referenceChecks,
  ...capacityChecks,
  ...permissionChecks,
  ...statementChecks,
  ...settingChecks,
  ...rangeChecks,
  ...sourceChecks,
].sort((a, b) => (a.code < b.code ? -1 : 1));

/** Runs all checks; none stops the next, and none is stopped by what is malformed elsewhere. */
export function runChecks(deployment: DeploymentDraft, context: CheckContext): Finding[] {
  return checks.flatMap(({ code, run }) => run(deployment, context).map((finding) => ({ ...finding, code })));
}
