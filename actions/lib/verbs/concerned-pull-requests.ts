import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import type { TriggeringEvent } from '../adapters/github/event.ts';
import { pullRequestsOfCommits } from '../adapters/github/merged-pull-requests.ts';
import { toFailure } from '../failure.ts';
import { type PlanSubject, planSubject } from './select-plan.ts';

/**
 * The pull request that a run of the workflow plan was for, from its event, where the job that selects died before it gave
 * out the number. Undefined for a plan of the tip, for an event that asks for nothing, and for what a person asked wrongly.
 */
export function pullRequestToPlan(event: TriggeringEvent): number | undefined {
  let subject: PlanSubject | undefined;
  try {
    subject = planSubject(event);
  } catch (error) {
    // What was asked wrongly is told by whoever selects; no pull request is to blame for it.
    if (toFailure(error).source !== 'user') throw error;
  }
  return subject?.kind === 'pull request' ? subject.number : undefined;
}

/** The merged pull requests that a push brought, or the one that a person named for a teardown; none for another event. */
export async function pullRequestsOfRun(
  github: GitHubConnection,
  kind: 'deploy' | 'destroy',
  event: TriggeringEvent,
): Promise<number[]> {
  if (event.kind === 'push') {
    const { defaultBranch } = await currentRepository(github);
    return (await pullRequestsOfCommits(github, [event.after], defaultBranch)).map(({ number }) => number);
  }
  const named = event.kind === 'manual' && kind === 'destroy' ? (event.inputs['pull-request'] ?? '').trim() : '';
  return /^[1-9]\d{0,9}$/.test(named) ? [Number(named)] : [];
}
