import type { Deployment } from '../deployment/deployment.ts';
import { Failure, toFailure } from '../failure.ts';
import { codeCommitCredentials } from '../git/codecommit-credentials.ts';
import { type PreparedMirror, prepareMirror } from '../git/mirror.ts';
import type { RepositoryKind } from '../git/mirror-record.ts';
import type { Overlay } from '../git/overlay.ts';
import type { Remote } from '../git/remote.ts';
import { checkStartupFiles, findStartupFiles, refuseStartupErrors } from '../git/startup-files.ts';
import type { Repositories, Repository } from '../ports/repositories.ts';
import { layersOf } from './mirror-layers.ts';
import type { Connection, Surroundings } from './surroundings.ts';

const kinds = ['container', 'cluster'] as const satisfies readonly RepositoryKind[];

export type Preparation = {
  /** Nothing will be written; repositories that are missing are not created. */
  dryRun: boolean;
  /** Folder that keeps upstream objects between runs. */
  cache?: string | undefined;
};

/**
 * Works out the mirrors of both repositories at the same time; nothing is written to their branches. Both are there or
 * none: a repository in trouble keeps the other from being changed alone. The caller closes them.
 */
export async function prepareMirrors(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  preparation: Preparation,
): Promise<PreparedMirror[]> {
  const layers = await layersOf(surroundings, deployment);
  const settled = await Promise.allSettled(
    kinds.map((kind) =>
      prepareOne(surroundings, deployment, connection, { ...preparation, kind, layers: layers[kind] }),
    ),
  );
  const prepared = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [toFailure(result.reason)] : []));
  try {
    if (failures.length === 0) {
      await checkStartup(deployment, layers.cluster, prepared);
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
  const { code, source, hint } = first;
  const message = [first.message, ...rest]
    .map((sentence) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(' ');
  return new Failure({ code, source, message, ...(hint === undefined ? {} : { hint }), cause: first });
}

type OnePreparation = Preparation & { kind: RepositoryKind; layers: Overlay[] };

async function prepareOne(
  { clock }: Surroundings,
  deployment: Deployment,
  { aws, keys }: Connection,
  { kind, layers, dryRun, cache }: OnePreparation,
): Promise<PreparedMirror> {
  const repository = `${deployment.name}-${kind}`;
  const found = await findOrCreate(aws.repositories, deployment, { kind, repository, dryRun });
  const { region } = deployment.aws;
  const target: Remote | undefined = found && {
    name: repository,
    url: found.cloneUrl,
    credentials: async () => codeCommitCredentials(found.cloneUrl, region, await keys(), clock.now()),
  };
  try {
    return await prepareMirror({
      deployment: deployment.name,
      ...{ kind, repository, layers, target, dryRun, cache },
      source: deployment.sources[kind],
      now: () => clock.now(),
    });
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

async function findOrCreate(
  repositories: Repositories,
  deployment: Deployment,
  { kind, repository, dryRun }: { kind: RepositoryKind; repository: string; dryRun: boolean },
): Promise<Repository | undefined> {
  const found = await repositories.find(repository);
  if (found !== undefined || dryRun) return found;
  const description = `Mirror of ${deployment.sources[kind].url} for the OpenSARlab ${deployment.name}`;
  const tags = { [deployment.parameters.cost_tag_key]: deployment.name, 'opensarlab:deployment': deployment.name };
  try {
    return await repositories.create(repository, description, tags);
  } catch (error) {
    // Another run created it in between.
    if (toFailure(error).code !== 'RepositoryNameExistsException') throw error;
    return await repositories.find(repository);
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
