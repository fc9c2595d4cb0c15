import { toFailure } from '../failure.ts';
import type { Account } from '../ports/aws-ports.ts';
import type { PreflightFinding } from './plan.ts';
import { accountChecks } from './preflight-account.ts';
import { bootstrapChecks } from './preflight-bootstrap.ts';
import { capacityChecks } from './preflight-capacity.ts';
import { type PreflightCheck, type PreflightContext, supportChecks } from './preflight-check.ts';
import { imageChecks } from './preflight-images.ts';
import { mailChecks } from './preflight-mail.ts';
import { nameChecks } from './preflight-names.ts';
import { permissionChecks } from './preflight-permissions.ts';
import { quotaChecks } from './preflight-quotas.ts';
import { answers, regionChecks } from './preflight-region.ts';
import { takenChecks } from './preflight-taken.ts';

const checks: readonly PreflightCheck[] = [
  ...accountChecks,
  ...bootstrapChecks,
  ...regionChecks,
  ...imageChecks,
  ...mailChecks,
  ...capacityChecks,
  ...quotaChecks,
  ...nameChecks,
  ...takenChecks,
  ...permissionChecks,
  ...supportChecks,
];

/** Runs every check at the same time. One that cannot be made is `unknown` with the reason, and stops no other. */
export async function runPreflight(context: PreflightContext): Promise<PreflightFinding[]> {
  const { account } = context.ports;
  const neighbours = context.neighbours?.map((each) => ({ ...each, isThere: answeredOnce(each.isThere) }));
  const ports = { ...context.ports, account: askedOnce(account) };
  const once = { ...context, ports, ...(neighbours === undefined ? {} : { neighbours }) };
  const findings = await Promise.all(checks.map((check) => runCheck(check, once)));
  return findings.filter((finding) => finding !== undefined);
}

function answeredOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** What several checks ask is asked once. */
function askedOnce(account: Account): Account {
  const roles = new Map<string, ReturnType<Account['role']>>();
  return {
    ...account,
    role(name) {
      const role = roles.get(name) ?? account.role(name);
      roles.set(name, role);
      return role;
    },
    networkUse: answeredOnce(() => account.networkUse()),
  };
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
    return { id, title, outcome: answers.has(failure.code) ? 'blocker' : 'unknown', detail: failure.message, ...hint };
  }
}
