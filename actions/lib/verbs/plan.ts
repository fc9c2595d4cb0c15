import { estimateCost } from '../cost/cost-estimate.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { MirrorRecord } from '../git/mirror-record.ts';
import type { MirrorChange, Plan } from '../plan/plan.ts';
import { planDeployment } from '../plan/plan-deployment.ts';
import { renderPlan } from '../report/plan-report.ts';
import { declaredStacks } from './declared-stacks.ts';
import { mirror } from './mirror.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest planning, 20 minutes: five change sets of a few minutes at most, made at the same time. */
const longestPlanMilliseconds = 20 * 60_000;

/** Plans one deployment, mirror included, and writes its summary. Leaves nothing behind in AWS. */
export async function plan(surroundings: Surroundings, deployment: Deployment, connection: Connection): Promise<Plan> {
  const { clock, reporter, pollMilliseconds } = surroundings;
  const mirrored = await mirror(surroundings, deployment, connection, true);
  const value = await planDeployment({
    deployment,
    stacks: await declaredStacks(surroundings, deployment),
    ports: connection.aws,
    reporter,
    random: Math.random,
    mirror: mirrored.map(mirrorChange),
    cost: estimateCost(deployment, { versions: await surroundings.workspace.versions() }),
    clock,
    pollMilliseconds,
    deadline: new Date(clock.now().getTime() + longestPlanMilliseconds),
  });
  reporter.summary(renderPlan(value));
  return value;
}

function mirrorChange(record: MirrorRecord): MirrorChange {
  const { repository, change, upstreamRef, upstreamCommit, commit, files, notes } = record;
  return {
    ...{ repository, change, upstreamRef, upstreamCommit, commit },
    ...(files === undefined ? {} : { files }),
    ...(notes === undefined ? {} : { notes }),
  };
}
