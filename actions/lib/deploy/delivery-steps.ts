import { imagesOf, physicalName } from '../deployment/names.ts';
import { pollUntil } from '../engine/poll.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { untilVisible } from '../engine/visibility.ts';
import { Failure } from '../failure.ts';
import type { Build } from '../ports/aws-ports.ts';
import { explainFailedBuild } from '../stack-operations/build-failure.ts';
import { stackDefinitions } from '../stacks/catalogue.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';
import { onceQueueHasRoom } from './build-queue.ts';
import { type DeployContext, type FinishedStack, watchingOf } from './deploy-context.ts';
import { type PipelineResult, runPipeline } from './pipeline-run.ts';
import { readOutput } from './stack-outputs.ts';

/** How many builds are looked through for earlier ones. */
const lookBack = 20;

/** What the steps after the stacks tell each other. */
export type Delivery = { images?: PipelineResult; hub?: PipelineResult };

/** Whether a hub may have been installed before, which people may be using: its pipeline has run, however that ended. */
export async function hasHub({ deployment, ports }: Pick<DeployContext, 'deployment' | 'ports'>): Promise<boolean> {
  const executions = await ports.pipelines.recentExecutions(physicalName(deployment, 'pipeline-cluster'), 1);
  return executions.length > 0;
}

/** Has the images of the mirrored commit built, and sees to it that each is in ECR. */
export async function buildImages(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const pipeline = readOutput(context, 'container', 'PipelineName');
  const commit = context.mirrored.container;
  const madeAt = context.finished.get('container')?.settledAt;
  const result = await runPipeline({ pipeline, commit, notBefore: undefined, madeAt }, context);
  const tag = commit.slice(0, 7);
  const found = await Promise.all(
    imagesOf(context.deployment).map(async (image) => {
      const repository = `${context.deployment.parameters.container_namespace}/${image}`;
      // Pushed by the pipeline just now, or there already, or never: only then is it waited for in vain.
      const found = await untilVisible(`image ${repository}:${tag}`, watchingOf(context), () =>
        context.ports.images.findImage(repository, tag),
      );
      return { repository, tag, digest: found?.digest };
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
  if ((await absentHubImages(context)).length === 0) return { change: 'unchanged' };
  const project = readOutput(context, 'container', 'HubImagesProjectName');
  const commit = context.mirrored.cluster;
  const recent = await context.ports.builds.recent(project, lookBack);
  // One that an interrupted run has left at work is as good.
  const begun = recent.find((one) => one.status === 'IN_PROGRESS' && one.commit === commit)?.id;
  const job = { project, environment: {}, what: 'hub images', title: 'the images of the hub' };
  const build = await waitForBuild(begun ?? (await startBuild(job, context)), context);
  if (build.status !== 'SUCCEEDED') {
    const { sentence, todo } = await explainFailedBuild(build, context);
    throw new Failure({
      code: 'HubImagesFailed',
      source: 'aws',
      message: `The images of the hub could not be built: ${sentence}`,
      hint: todo,
    });
  }
  const all = await untilVisible('the images of the hub', watchingOf(context), async () =>
    (await absentHubImages(context)).length === 0 ? true : undefined,
  );
  if (all === undefined) throw imagesMissing(`Build ${build.id}`, await absentHubImages(context));
  return { change: 'built', ...timesOf(build) };
}

async function absentHubImages({ deployment, mirrored, ports }: DeployContext): Promise<string[]> {
  const tag = mirrored.cluster.slice(0, 7);
  const repositories = ['ecr-hub', 'ecr-services'].map((id) => physicalName(deployment, id));
  const found = await Promise.all(repositories.map((repository) => ports.images.findImage(repository, tag)));
  return repositories.filter((_, index) => found[index] === undefined).map((repository) => `${repository}:${tag}`);
}

/** What a deployment has done with the stack of the hub's pipeline when that has just begun to run. */
const newPipeline: ReadonlySet<string> = new Set(['created', 'recovered']);

/** Has the hub installed from the mirrored commit, after the last change of what it is installed into. */
export async function installHub(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const pipeline = readOutput(context, 'cluster-pipeline', 'PipelineName');
  const settled = stackKinds.flatMap((kind) => startingPoint(kind, context.finished.get(kind)));
  const notBefore = new Date(Math.max(...settled, 0));
  const madeAt = context.finished.get('cluster-pipeline')?.settledAt;
  const result = await runPipeline({ pipeline, commit: context.mirrored.cluster, notBefore, madeAt }, context);
  // A new pipeline starts by itself, and may be done before anybody looks.
  const isNew = newPipeline.has(context.timelines.get('cluster-pipeline')?.change ?? '');
  delivery.hub = { ...result, alreadyDone: result.alreadyDone && !isNew };
  return doneBy(delivery.hub, 'installed');
}

/** Starts a server of each profile, unless that was done after the last change, or an interrupted run has begun it. */
export async function smokeTest(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const project = readOutput(context, 'jupyterhub', 'HubProjectName');
  const earlier = await testAfterChanges(project, context, delivery);
  if (earlier?.status === 'SUCCEEDED') {
    return { change: 'unchanged', detail: 'The profiles were tested after the last change.' };
  }
  const environment = { PHASE: 'smoke', SMOKE_POLL_SECONDS: String(context.patience.pollMilliseconds / 1000) };
  const begun = earlier?.status === 'IN_PROGRESS' ? earlier.id : undefined;
  const job = { project, environment, what: 'smoke', title: 'the test of the profiles' };
  const build = await waitForBuild(begun ?? (await startBuild(job, context)), context);
  if (build.status === 'SUCCEEDED') return { change: 'tested', ...timesOf(build) };
  const { sentence, todo } = await explainFailedBuild(build, context);
  throw new Failure({
    code: 'SmokeTestFailed',
    source: 'aws',
    message: `The test of the profiles failed: ${sentence}`,
    hint: todo,
  });
}

/** The newest test, if it began after everything was as it is. */
async function testAfterChanges(
  project: string,
  { ports, mirrored }: DeployContext,
  { images, hub }: Delivery,
): Promise<Build | undefined> {
  if (!images?.alreadyDone || !hub?.alreadyDone) return undefined;
  const changes = [images, hub].map(({ execution }) => execution.updatedAt.getTime());
  const earlier = await ports.builds.recent(project, lookBack);
  const newest = earlier.find((build) => isSmokeTestOf(build, mirrored.cluster));
  return newest !== undefined && newest.startedAt.getTime() >= Math.max(...changes) ? newest : undefined;
}

/** A build of the mirrored commit of the cluster's repository. */
type BuildJob = {
  project: string;
  environment: Record<string, string>;
  /** What its token is for. */
  what: string;
  /** As people read it: "the test of the profiles". */
  title: string;
};

/** @returns the build's id */
async function startBuild({ project, environment, what, title }: BuildJob, context: DeployContext): Promise<string> {
  const { builds, repositories } = context.ports;
  const name = physicalName(context.deployment, 'code-cluster');
  const repository = await untilVisible(`repository ${name}`, watchingOf(context), () => repositories.find(name));
  if (repository === undefined) throw repositoryMissing(name);
  const source = { cloneUrl: repository.cloneUrl, commit: context.mirrored.cluster };
  const request = { project, environment, source, requestToken: context.token(what) };
  return onceQueueHasRoom(title, context, () => builds.start(request));
}

function waitForBuild(id: string, { ports, patience }: DeployContext): Promise<Build> {
  return pollUntil(`build ${id}`, patience, async () => {
    const found = await ports.builds.find(id);
    return found === undefined || found.status === 'IN_PROGRESS' ? undefined : { value: found };
  });
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
