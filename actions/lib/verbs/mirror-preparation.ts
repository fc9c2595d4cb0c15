import { codeCommitCredentials } from '../adapters/git/codecommit-credentials.ts';
import { publicSource } from '../adapters/git/public-source.ts';
import type { Remote } from '../adapters/git/remote.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure, toFailure } from '../failure.ts';
import { type PreparedMirror, prepareMirror } from '../mirror/mirror.ts';
import type { RepositoryKind } from '../mirror/mirror-record.ts';
import { derivedFiles, mirrorRows } from '../mirror/mirror-rows.ts';
import type { Overlay } from '../mirror/overlay.ts';
import { checkStartupFiles, findStartupFiles, refuseStartupErrors } from '../mirror/startup-files.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { Repositories, Repository } from '../ports/aws-ports.ts';
import { layersOf, type RepositoryLayers } from './mirror-layers.ts';
import type { Connection, Surroundings } from './surroundings.ts';

const kinds = ['container', 'cluster'] as const satisfies readonly RepositoryKind[];

export type Preparation = {
  /** Nothing will be written, so that cheaper ways to look are enough. */
  dryRun: boolean;
  /** Folder that keeps upstream objects between runs. */
  cache?: string | undefined;
};

/** A mirror worked out and not yet written, of a repository that may not exist yet. */
export type PreparedRepository = PreparedMirror & {
  /** What is to be approved before anything is written; see {@link mirrorRows}. */
  rows: PlanRow[];
  /** See {@link derivedFiles}. */
  derived: string[];
  /** Creates the repository if it does not exist. @returns it, where it did not exist when the mirror was prepared */
  create(): Promise<Remote | undefined>;
};

/**
 * Works out the mirrors of both repositories at the same time; nothing is created or written. Both are there or none: a
 * repository in trouble keeps the other from being changed alone. The caller closes them.
 */
export async function prepareMirrors(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  preparation: Preparation,
): Promise<PreparedRepository[]> {
  const layers = await layersOf(surroundings, deployment);
  const settled = await Promise.allSettled(
    kinds.map((kind) => prepareOne(surroundings, deployment, connection, { ...preparation, kind, ...layers[kind] })),
  );
  const prepared = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [toFailure(result.reason)] : []));
  try {
    if (failures.length === 0) {
      await checkStartup(deployment, layers.cluster.layers, prepared);
      return prepared;
    }
  } catch (error) {
    failures.push(toFailure(error));
  }
  await closeMirrors(prepared);
  throw joinFailures(failures);
}

export async function closeMirrors(prepared: readonly PreparedMirror[]): Promise<void> {
  await Promise.all(prepared.map((mirror) => mirror.close()));
}

/** One failure for what went wrong in both repositories. */
export function joinFailures(failures: readonly Failure[]): Failure {
  const [first = toFailure(undefined), ...others] = failures;
  const rest = others.map(({ message }) => message).filter((message) => message !== first.message);
  if (rest.length === 0) return first;
  const { code, source, hint, place } = first;
  const message = [first.message, ...rest]
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
  return new Failure({
    code,
    source,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place && { place }),
    cause: first,
  });
}

type OnePreparation = Preparation & RepositoryLayers & { kind: RepositoryKind };

async function prepareOne(
  { clock, workspace }: Surroundings,
  deployment: Deployment,
  { aws, keys }: Connection,
  { kind, layers, rendered, dryRun, cache }: OnePreparation,
): Promise<PreparedRepository> {
  const repository = `${deployment.name}-${kind}`;
  const { region } = deployment.aws;
  const remote = ({ cloneUrl }: Repository): Remote => ({
    ...{ name: repository, url: cloneUrl },
    credentials: async () => codeCommitCredentials(cloneUrl, region, await keys(), clock.now()),
  });
  const found = await aws.repositories.find(repository);
  try {
    const prepared = await prepareMirror({
      deployment: deployment.name,
      ...{ kind, repository, layers, target: found && remote(found), dryRun, cache },
      configuration: new Set(rendered.flatMap(({ path, form }) => (form === 'template' ? [] : [path]))),
      source: deployment.sources[kind],
      upstream: await publicSource(deployment.sources[kind].url, workspace.localSources),
      now: () => clock.now(),
    });
    const create = async (): Promise<Remote | undefined> =>
      found === undefined ? remote(await createRepository(aws.repositories, deployment, kind)) : undefined;
    const { difference } = prepared;
    if (difference === undefined) return { ...prepared, rows: [], derived: [], create };
    return {
      ...prepared,
      ...{ rows: mirrorRows(difference, rendered), derived: derivedFiles(difference, rendered) },
      create,
    };
  } catch (error) {
    throw await explainRefusal(error, aws.repositories, repository);
  }
}

/**
 * Git only says "403". The API says more to the same credentials: that they have expired, or that there is no permission.
 */
export async function explainRefusal(error: unknown, repositories: Repositories, name: string): Promise<Failure> {
  const failure = toFailure(error);
  if (failure.code !== 'RepositoryRefused' || !failure.message.startsWith(name)) return failure;
  try {
    await repositories.find(name);
    return failure;
  } catch (reason) {
    return toFailure(reason);
  }
}

async function createRepository(
  repositories: Repositories,
  deployment: Deployment,
  kind: RepositoryKind,
): Promise<Repository> {
  const name = `${deployment.name}-${kind}`;
  const description = `Mirror of ${deployment.sources[kind].url} for the OpenSARlab ${deployment.name}`;
  const tags = { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
  try {
    return await repositories.create(name, description, tags);
  } catch (error) {
    // Another run created it in between.
    const found = toFailure(error).code === 'RepositoryNameExistsException' ? await repositories.find(name) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** Only what goes to CodeCommit anew is checked; what is there already was. */
async function checkStartup(deployment: Deployment, layers: Overlay[], prepared: PreparedMirror[]): Promise<void> {
  const cluster = prepared.find(({ record }) => record.kind === 'cluster')?.record;
  if (cluster === undefined || cluster.change === 'unchanged') return;
  const used = new Set(deployment.profiles.flatMap(({ hook_script: hook }) => (hook === undefined ? [] : [hook])));
  const check = await checkStartupFiles(findStartupFiles(layers), used);
  refuseStartupErrors(check);
  if (check.notes.length > 0) cluster.notes = [...(cluster.notes ?? []), ...check.notes];
}
