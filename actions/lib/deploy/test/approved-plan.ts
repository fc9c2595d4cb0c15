import type { Approval } from '../../plan/approval.ts';
import { type PlanOptions, planDeployment } from '../../plan/plan-deployment.ts';

/** What a merge of the plan of this very moment approves: all of it. */
export async function approvedPlan(
  options: PlanOptions,
  baseline: Approval['baseline'] = [],
): Promise<{ approval: Approval; lookedUp: Record<string, string> }> {
  const { rows, lookedUp } = await planDeployment(options);
  return { approval: { baseline, rows, lookedUp }, lookedUp };
}

/** Nobody has approved anything. */
export const nothingApproved: { approval: Approval; lookedUp: Record<string, string> } = {
  approval: { baseline: [], rows: [], lookedUp: {} },
  lookedUp: {},
};
