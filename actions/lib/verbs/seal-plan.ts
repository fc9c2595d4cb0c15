import { Failure } from '../failure.ts';
import { type Approval, withdrawnBy } from '../plan/approval.ts';
import type { Plan } from '../plan/plan.ts';
import type { DeploySeal, SealOrigin } from '../plan/seal.ts';
import { sortRows } from '../plan/seal-text.ts';
import type { Records } from '../ports/records.ts';
import { writeSeal } from '../records/sealed-plans.ts';
import { canBeShown } from '../report/plan-report.ts';
import type { Surroundings } from './surroundings.ts';

export type SealRequest = {
  plan: Plan;
  origin: SealOrigin;
  /** Digest of everything in the checkout that decides the deployment; 64 hex digits. */
  decision: string;
  /** What is approved by now and not deployed yet; what of it this plan no longer contains is withdrawn by it. */
  earlier: Approval;
};

/**
 * Seals a plan: writes it, once, where only plans can write.
 * @returns the object's key, and the seal's digest, 64 hex digits
 * @throws Failure `PlanNotSealable` while CloudFormation works on a stack, and when a comment cannot show what has to be
 *   seen; `SealMalformed` when it is beyond what a seal may
 *   hold, so that nothing is approved that nobody could read; what writing throws
 */
export async function sealPlan(
  { reporter }: Pick<Surroundings, 'reporter'>,
  { plan, origin, decision, earlier }: SealRequest,
  records: Records,
): Promise<{ key: string; digest: string }> {
  if (plan.busy.length > 0) throw notSealable(plan);
  if (!canBeShown(plan)) throw notShown(plan);
  const { deployment, accountId, region, lookedUp } = plan;
  const rows = sortRows(plan.rows);
  const seal: DeploySeal = {
    version: 1,
    kind: 'deploy',
    ...{ origin, deployment, accountId, region, decision, rows, lookedUp },
    withdrawn: withdrawnBy(earlier.rows, rows),
    plan: { ...plan, rows: [] },
  };
  const written = await writeSeal(records, seal);
  reporter.info(`The plan of ${deployment} is sealed: ${written.digest}`);
  return written;
}

function notSealable({ deployment, busy }: Plan): Failure {
  const stacks = busy.join(', ');
  return new Failure({
    code: 'PlanNotSealable',
    source: 'aws',
    message: `The plan of ${deployment} cannot be approved now, because CloudFormation is at work on ${stacks}.`,
    hint: 'It is planned again when that has ended; or run the workflow plan again then.',
  });
}

/** Nobody approves what nobody could see. */
function notShown({ deployment }: Plan): Failure {
  return new Failure({
    code: 'PlanNotSealable',
    source: 'user',
    message: `The plan of ${deployment} removes or replaces more than a comment can show, so nobody could approve it.`,
    hint: 'Split the change into several pull requests.',
  });
}
