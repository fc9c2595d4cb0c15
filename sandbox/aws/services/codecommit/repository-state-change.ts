import type { AwsWorld } from '../../world.ts';
import type { CodeCommitRepository } from './codecommit-state.ts';

/** References before and after a change: name → object id. */
export type References = ReadonlyMap<string, string>;

const REFERENCE_TYPES = [
  { prefix: 'refs/heads/', type: 'branch' },
  { prefix: 'refs/tags/', type: 'tag' },
] as const;

/**
 * Tells EventBridge which branches and tags a push created, updated or deleted, one event each, in the form of
 * docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html. Also keeps the repository's default branch:
 * the first branch that is pushed becomes it (codecommit userguide, branches.html).
 */
export async function publishReferenceChanges(
  world: AwsWorld,
  repository: CodeCommitRepository,
  before: References,
  after: References,
): Promise<void> {
  noteDefaultBranch(repository, after);
  for (const referenceFullName of new Set([...before.keys(), ...after.keys()])) {
    const oldCommitId = before.get(referenceFullName);
    const commitId = after.get(referenceFullName);
    const kind = REFERENCE_TYPES.find((each) => referenceFullName.startsWith(each.prefix));
    if (!kind || oldCommitId === commitId) continue;
    repository.lastModified = world.clock.now();
    await world.publish({
      source: 'aws.codecommit',
      detailType: 'CodeCommit Repository State Change',
      region: repository.region,
      resources: [repository.arn],
      detail: {
        event: changeOf(oldCommitId, commitId),
        repositoryName: repository.name,
        repositoryId: repository.repositoryId,
        referenceType: kind.type,
        referenceName: referenceFullName.slice(kind.prefix.length),
        referenceFullName,
        ...(commitId ? { commitId } : {}),
        ...(oldCommitId ? { oldCommitId } : {}),
      },
    });
  }
}

function changeOf(oldCommitId: string | undefined, commitId: string | undefined): string {
  if (oldCommitId === undefined) return 'referenceCreated';
  return commitId === undefined ? 'referenceDeleted' : 'referenceUpdated';
}

function noteDefaultBranch(repository: CodeCommitRepository, references: References): void {
  if (repository.defaultBranch !== undefined) return;
  const branches = [...references.keys()].filter((name) => name.startsWith('refs/heads/'));
  const preferred = branches.find((name) => name === 'refs/heads/main') ?? branches[0];
  repository.defaultBranch = preferred?.slice('refs/heads/'.length);
}
