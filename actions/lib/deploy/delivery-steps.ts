import { imagesOf, physicalName } from '../deployment/names.ts';
import { pollUntil } from '../engine/poll.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { Failure } from '../failure.ts';
import type { Build } from '../ports/aws-ports.ts';
import { explainFailedBuild } from '../stack-operations/build-failure.ts';
import { stackDefinitions } from '../stacks/catalogue.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';
import type { DeployContext, FinishedStack } from './deploy-context.ts';
import { type PipelineResult, runPipeline } from './pipeline-run.ts';
import { readOutput } from './stack-outputs.ts';

/** How many builds and executions are looked through for earlier ones. */
const lookBack = 20;

/** What the steps after the stacks tell each other. */
export type Delivery = { images?: PipelineResult; hub?: PipelineResult };

/** Whether a hub was installed before, which people may be using. */
export async function hasHub({ deployment, ports }: Pick<DeployContext, 'deployment' | 'ports'>): Promise<boolean> {
  const executions = await ports.pipelines.recentExecutions(physicalName(deployment, 'pipeline-cluster'), lookBack);
  return executions.some(({ status }) => status === 'Succeeded');
}

/** Has the images of the mirrored commit built, and sees to it that each is in ECR. */
export async function buildImages(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const pipeline = readOutput(context, 'container', 'PipelineName');
  const commit = context.mirrored.container;
  const result = await runPipeline({ pipeline, commit, notBefore: undefined }, context);
  const tag = commit.slice(0, 7);
  const found = await Promise.all(
    imagesOf(context.deployment).map(async (image) => {
      const repository = `${context.deployment.parameters.container_namespace}/${image}`;
      return { repository, tag, digest: (await context.ports.images.findImage(repository, tag))?.digest };
    }),
  );
  const absent = found.filter(({ digest }) => digest === undefined);
  if (absent.length > 0)
    throw imagesMissing(
      `Pipeline ${pipeline}`,
      absent.map(({ repository }) => `${repository}:${tag}`),
    );
  context.images.push(...found.flatMap(({ repository, digest }) => (digest ? [{ repository, tag, digest }] : [])));
  delivery.images = result;
  return doneBy(result, 'built');
}

/**
 * Has the images of the hub and of its services built, while the cluster is being made. A build is as good as what it leaves
 * in ECR, so that is what counts.
 */
export async function buildHubImages(context: DeployContext): Promise<StepDone> {
  const tag = context.mirrored.cluster.slice(0, 7);
  const absent = async (): Promise<string[]> => {
    const found = await Promise.all(
      ['ecr-hub', 'ecr-services'].map(async (id) => {
        const repository = physicalName(context.deployment, id);
        return (await context.ports.images.findImage(repository, tag)) ? [] : [`${repository}:${tag}`];
      }),
    );
    return found.flat();
  };
  if ((await absent()).length === 0) return { change: 'unchanged' };
  const project = readOutput(context, 'container', 'HubImagesProjectName');
  const build = await runBuild({ project, environment: {}, what: 'hub images' }, context);
  if (build.status !== 'SUCCEEDED') {
    const { sentence, todo } = await explainFailedBuild(build, context);
    throw new Failure({
      code: 'HubImagesFailed',
      source: 'aws',
      message: `The images of the hub could not be built: ${sentence}`,
      hint: todo,
    });
  }
  const missing = await absent();
  if (missing.length > 0) throw imagesMissing(`Build ${build.id}`, missing);
  return { change: 'built', ...timesOf(build) };
}

/** What a deployment has done with the stack of the hub's pipeline when that has just begun to run. */
const newPipeline: ReadonlySet<string> = new Set(['created', 'recovered']);

/** Has the hub installed from the mirrored commit, after the last change of what it is installed into. */
export async function installHub(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const pipeline = readOutput(context, 'cluster-pipeline', 'PipelineName');
  const settled = stackKinds.flatMap((kind) => startingPoint(kind, context.finished.get(kind)));
  const notBefore = new Date(Math.max(...settled, 0));
  const result = await runPipeline({ pipeline, commit: context.mirrored.cluster, notBefore }, context);
  // A new pipeline starts by itself, and may be done before anybody looks.
  const isNew = newPipeline.has(context.timelines.get('cluster-pipeline')?.change ?? '');
  delivery.hub = { ...result, alreadyDone: result.alreadyDone && !isNew };
  return doneBy(delivery.hub, 'installed');
}

/** Starts a server of each profile, unless that was done after the last change. */
export async function smokeTest(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const project = readOutput(context, 'jupyterhub', 'HubProjectName');
  const { builds } = context.ports;
  if (delivery.images?.alreadyDone && delivery.hub?.alreadyDone) {
    const changes = [delivery.images, delivery.hub].map(({ execution }) => execution.updatedAt.getTime());
    const earlier = await builds.recent(project, lookBack);
    const tested = earlier.find((build) => isSmokeTestOf(build, context.mirrored.cluster));
    if (tested?.status === 'SUCCEEDED' && tested.startedAt.getTime() >= Math.max(...changes)) {
      return { change: 'unchanged', detail: 'The profiles were tested after the last change.' };
    }
  }
  const build = await runSmokeTest(project, context);
  return { change: 'tested', ...timesOf(build) };
}

async function runSmokeTest(project: string, context: DeployContext): Promise<Build> {
  const environment = { PHASE: 'smoke', SMOKE_POLL_SECONDS: String(context.patience.pollMilliseconds / 1000) };
  const build = await runBuild({ project, environment, what: 'smoke' }, context);
  if (build.status === 'SUCCEEDED') return build;
  const { sentence, todo } = await explainFailedBuild(build, context);
  throw new Failure({
    code: 'SmokeTestFailed',
    source: 'aws',
    message: `The test of the profiles failed: ${sentence}`,
    hint: todo,
  });
}

/** Waits for a build of the mirrored commit of the cluster's repository: the one that an interrupted run left at work, or a new one. */
async function runBuild(
  { project, environment, what }: { project: string; environment: Record<string, string>; what: string },
  { deployment, mirrored, patience, ports: { builds, repositories }, token }: DeployContext,
): Promise<Build> {
  const name = physicalName(deployment, 'code-cluster');
  const repository = await repositories.find(name);
  if (repository === undefined) throw repositoryMissing(name);
  const source = { cloneUrl: repository.cloneUrl, commit: mirrored.cluster };
  const atWork = (await builds.recent(project, lookBack)).find((build) =>
    isSameBuild(build, source.commit, environment),
  );
  const id = atWork?.id ?? (await builds.start({ project, environment, source, requestToken: token(what) }));
  return await pollUntil(`build ${id}`, patience, async () => {
    const found = await builds.find(id);
    return found === undefined || found.status === 'IN_PROGRESS' ? undefined : { value: found };
  });
}

function isSameBuild(build: Build, commit: string, { PHASE }: Record<string, string>): boolean {
  return build.status === 'IN_PROGRESS' && build.commit === commit && build.environment['PHASE'] === PHASE;
}

/** The newest build of this kind counts, so that a later failure is not covered by an earlier success. */
function isSmokeTestOf(build: Build, commit: string): boolean {
  return build.environment['PHASE'] === 'smoke' && build.commit === commit;
}

/** From when on an installation counts, as far as this stack decides it. */
function startingPoint(kind: StackKind, stack: FinishedStack | undefined): number[] {
  const { installsHub } = stackDefinitions[kind];
  if (stack === undefined || installsHub === 'no') return [];
  const { state, settledAt } = stack;
  return [(installsHub === 'from its beginning' ? (state.updatedAt ?? state.createdAt) : settledAt).getTime()];
}

function doneBy({ execution, alreadyDone }: PipelineResult, change: string): StepDone {
  if (alreadyDone) return { change: 'unchanged' };
  return { change, startedAt: execution.startedAt, finishedAt: execution.updatedAt };
}

function timesOf({ startedAt, finishedAt }: Build): { startedAt: Date; finishedAt?: Date } {
  return { startedAt, ...(finishedAt && { finishedAt }) };
}

/** @param source what should have made them, as the beginning of a sentence */
function imagesMissing(source: string, images: readonly string[]): Failure {
  return new Failure({
    code: 'ImagesMissing',
    source: 'aws',
    message: `${source} succeeded, but these images are not in ECR: ${images.join(', ')}.`,
    hint: 'Run this again: they are built anew. Each profile needs a folder images/<image_name> with a Dockerfile.',
  });
}

function repositoryMissing(name: string): Failure {
  return new Failure({
    code: 'RepositoryMissing',
    source: 'aws',
    message: `There is no CodeCommit repository ${name}.`,
    hint: 'The mirror makes it: run the whole deployment again.',
  });
}
