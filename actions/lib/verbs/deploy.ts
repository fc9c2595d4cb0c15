import { deployDeployment } from '../deploy/deploy.ts';
import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { MirrorRecord, RepositoryKind } from '../git/mirror-record.ts';
import { renderDeployRecord } from '../report/deploy-report.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { ReviewedPlan } from './reviewed-plan.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Longest run, 170 minutes: EKS, node groups, images and hub need about 40; the job's own limit is 180. */
const longestRunMilliseconds = 170 * 60_000;

/** Deploys one mirrored deployment and writes its summary. */
export async function deploy(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  options: { mirrored: readonly MirrorRecord[]; reviewed: ReviewedPlan | undefined },
): Promise<DeployRecord> {
  const { clock, reporter, pollMilliseconds } = surroundings;
  const record = await deployDeployment({
    deployment,
    stacks: await declaredStacks(surroundings, deployment),
    mirrored: { container: commitOf(options.mirrored, 'container'), cluster: commitOf(options.mirrored, 'cluster') },
    ...(options.reviewed === undefined ? {} : { reviewed: options.reviewed }),
    ports: connection.aws,
    reporter,
    random: Math.random,
    clock,
    pollMilliseconds,
    deadline: new Date(clock.now().getTime() + longestRunMilliseconds),
  });
  reporter.summary(renderDeployRecord(record));
  reporter.info(`${record.message} (${record.calls} requests to AWS)`);
  return record;
}

function commitOf(records: readonly MirrorRecord[], kind: RepositoryKind): string {
  const record = records.find((candidate) => candidate.kind === kind);
  if (record !== undefined) return record.commit;
  throw new Failure({
    code: 'NotMirrored',
    source: 'user',
    message: `The ${kind} repository was not mirrored.`,
    hint: 'Run the mirror first and pass its record.',
  });
}
