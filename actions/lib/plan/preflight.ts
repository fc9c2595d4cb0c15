import { toFailure } from '../failure.ts';
import type { PreflightFinding } from './plan.ts';
import { accountChecks } from './preflight-account.ts';
import { capacityChecks } from './preflight-capacity.ts';
import { type PreflightCheck, type PreflightContext, supportChecks } from './preflight-check.ts';
import { mailChecks } from './preflight-mail.ts';
import { nameChecks } from './preflight-names.ts';
import { permissionChecks } from './preflight-permissions.ts';
import { quotaChecks } from './preflight-quotas.ts';

const checks: readonly PreflightCheck[] = [
  ...accountChecks,
  ...mailChecks,
  ...capacityChecks,
  ...quotaChecks,
  ...nameChecks,
  ...permissionChecks,
  ...supportChecks,
];

/** Runs every check at the same time. One that cannot be made is `unknown` with the reason, and stops no other. */
export async function runPreflight(context: PreflightContext): Promise<PreflightFinding[]> {
  const findings = await Promise.all(checks.map((check) => runCheck(check, context)));
  return findings.filter((finding) => finding !== undefined);
}

async function runCheck(
  { id, title, run }: PreflightCheck,
  context: PreflightContext,
): Promise<PreflightFinding | undefined> {
  try {
    const result = await run(context);
    return result === undefined ? undefined : { id, title, ...result };
  } catch (error) {
    const failure = toFailure(error);
    const hint = failure.hint === undefined ? {} : { hint: failure.hint };
    return { id, title, outcome: 'unknown', detail: failure.message, ...hint };
  }
}
