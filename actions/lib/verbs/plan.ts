import { estimateCost } from '../cost/cost-estimate.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import { withoutFiles } from '../mirror/tree.ts';
import { decisionDigest } from '../plan/decision-digest.ts';
import type { MirrorChange, Plan } from '../plan/plan.ts';
import { planDeployment } from '../plan/plan-deployment.ts';
import { declaredStacks } from './declared-stacks.ts';
import { refuseDestroyOnly } from './find-deployment.ts';
import { mirror } from './mirror.ts';
import { overlaysOf } from './mirror-layers.ts';
import { containerCommit, readinessFacts } from './readiness-facts.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest planning, 20 minutes: five change sets of a few minutes at most, made at the same time. */
const longestPlanMilliseconds = 20 * 60_000;

export type PlanVerbOptions = {
  /** Whose plan this is, e.g. `pr-17`, where no two plans of one owner run at the same time. */
  owner?: string;
  /** Aborted when the run is cancelled; what the plan made in AWS is removed then. */
  signal?: AbortSignal;
};

/**
 * Plans one deployment, mirror included. Leaves nothing behind in AWS, cancelled or not.
 * @throws Failure `Cancelled`
 */
export async function plan(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  options: PlanVerbOptions = {},
): Promise<Plan> {
  refuseDestroyOnly(deployment);
  const { clock, random, reporter, pollMilliseconds } = surroundings;
  const mirrored = await mirror(surroundings, deployment, connection, true);
  const decision = await decisionOf(surroundings, deployment);
  const facts = await readinessFacts(surroundings, deployment, connection.aws, containerCommit(mirrored));
  const planned = await planDeployment({
    ...options,
    ...{ deployment, facts },
    stacks: await declaredStacks(surroundings, deployment),
    ports: connection.aws,
    reporter,
    random,
    isThorough: true,
    mirror: mirrored.map(mirrorChange),
    mirrorRows: mirrored.flatMap(({ rows = [] }) => rows),
    cost: estimateCost(deployment, { versions: await surroundings.workspace.versions() }),
    clock,
    pollMilliseconds,
    deadline: new Date(clock.now().getTime() + longestPlanMilliseconds),
  });
  return { ...planned, decision };
}

function mirrorChange(record: MirrorRecord): MirrorChange {
  const { repository, change, upstreamRef, upstreamCommit, commit, files, derived = [], notes } = record;
  return {
    ...{ repository, change, upstreamRef, upstreamCommit, commit },
    ...(files === undefined ? {} : { files: withoutFiles(files, derived) }),
    ...(notes === undefined ? {} : { notes }),
  };
}

/**
 * The digest of everything in the checkout that decides a deployment; nothing is asked of AWS or upstream.
 * @throws Failure `TemplateSyntax`, `Versions`, `TemplateTooLarge`, `OverlayPath` …
 */
async function decisionOf(surroundings: Pick<Surroundings, 'workspace'>, deployment: Deployment): Promise<string> {
  const [stacks, overlays] = await Promise.all([
    declaredStacks(surroundings, deployment),
    overlaysOf(surroundings, deployment),
  ]);
  return decisionDigest({ deployment, stacks, overlays });
}
