import { imagesOf } from '../deployment/names.ts';
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

/** How many builds are looked through for an earlier smoke test. */
const lookBack = 20;

/** What the steps after the stacks tell each other. */
export type Delivery = { images?: PipelineResult; hub?: PipelineResult };

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
      pipeline,
      absent.map(({ repository }) => `${repository}:${tag}`),
    );
  context.images.push(...found.flatMap(({ repository, digest }) => (digest ? [{ repository, tag, digest }] : [])));
  delivery.images = result;
  return doneBy(result, 'built');
}

/** Has the hub installed from the mirrored commit, after the last change of what it is installed into. */
export async function installHub(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const pipeline = readOutput(context, 'cluster-pipeline', 'PipelineName');
  const settled = stackKinds.flatMap((kind) => startingPoint(kind, context.finished.get(kind)));
  const notBefore = new Date(Math.max(...settled, 0));
  const madeAt = context.finished.get('cluster-pipeline')?.settledAt;
  const result = await runPipeline({ pipeline, commit: context.mirrored.cluster, notBefore, madeAt }, context);
  delivery.hub = result;
  return doneBy(result, 'installed');
}

/** Starts a server of each profile, unless that was done after the last change, or an interrupted run has begun it. */
export async function smokeTest(context: DeployContext, delivery: Delivery): Promise<StepDone> {
  const project = readOutput(context, 'jupyterhub', 'HubProjectName');
  const earlier = await testAfterChanges(project, context, delivery);
  if (earlier?.status === 'SUCCEEDED') {
    return { change: 'unchanged', detail: 'The profiles were tested after the last change.' };
  }
  const begun = earlier?.status === 'IN_PROGRESS' ? earlier.id : await startSmokeTest(project, context);
  const build = await waitForTest(begun, context);
  return { change: 'tested', startedAt: build.startedAt, ...(build.finishedAt && { finishedAt: build.finishedAt }) };
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

async function startSmokeTest(project: string, context: DeployContext): Promise<string> {
  const { builds, repositories } = context.ports;
  const name = `${context.deployment.name}-cluster`;
  const repository = await untilVisible(`repository ${name}`, watchingOf(context), () => repositories.find(name));
  if (repository === undefined) throw repositoryMissing(name);
  const request = {
    project,
    environment: { PHASE: 'smoke', SMOKE_POLL_SECONDS: String(context.patience.pollMilliseconds / 1000) },
    source: { cloneUrl: repository.cloneUrl, commit: context.mirrored.cluster },
    requestToken: context.token('smoke'),
  };
  return onceQueueHasRoom('the test of the profiles', context, () => builds.start(request));
}

/** @throws Failure `SmokeTestFailed` */
async function waitForTest(id: string, context: DeployContext): Promise<Build> {
  const { builds } = context.ports;
  const build = await pollUntil(`build ${id}`, context.patience, async () => {
    const found = await builds.find(id);
    return found === undefined || found.status === 'IN_PROGRESS' ? undefined : { value: found };
  });
  if (build.status === 'SUCCEEDED') return build;
  const { sentence, todo } = await explainFailedBuild(build, context);
  throw new Failure({
    code: 'SmokeTestFailed',
    source: 'aws',
    message: `The test of the profiles failed: ${sentence}`,
    hint: todo,
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

function imagesMissing(pipeline: string, images: readonly string[]): Failure {
  return new Failure({
    code: 'ImagesMissing',
    source: 'aws',
    message: `Pipeline ${pipeline} succeeded, but these images are not in ECR: ${images.join(', ')}.`,
    hint: 'Each profile needs a folder images/<image_name> with a Dockerfile.',
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
