import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServiceFixture } from '../service-fixture.ts';
import { branchHead, git, isolatedGitEnvironment, listReferences } from './bare-repository.ts';
import { findCodeCommitRepository } from './codecommit-state.ts';
import { publishReferenceChanges } from './repository-state-change.ts';

const run = promisify(execFile);

/**
 * Commits files straight into a repository, as a push would: the branch moves and the event is published.
 * @param files path → content, the whole tree; paths that end in `.sh` are executable
 * @returns the commit id
 */
export async function commitFiles(
  fixture: ServiceFixture,
  repositoryName: string,
  files: Readonly<Record<string, string>>,
  branch = 'main',
): Promise<string> {
  const repository = findCodeCommitRepository(fixture.world, fixture.region, repositoryName);
  const { folder } = repository;
  const before = await listReferences(folder);
  const index = { GIT_INDEX_FILE: join(folder, 'fixture-index') };
  await git(folder, ['read-tree', '--empty'], index);
  for (const [path, content] of Object.entries(files)) {
    const child = run('git', ['--git-dir', folder, 'hash-object', '-w', '--stdin'], { env: isolatedGitEnvironment() });
    child.child.stdin?.end(content);
    const mode = path.endsWith('.sh') ? '100755' : '100644';
    const entry = `${mode},${(await child).stdout.trim()},${path}`;
    await git(folder, ['update-index', '--add', '--cacheinfo', entry], index);
  }
  const tree = (await git(folder, ['write-tree'], index)).trim();
  const parent = await branchHead(folder, branch);
  const args = ['commit-tree', tree, ...(parent ? ['-p', parent] : []), '-m', 'message'];
  const commitId = (await git(folder, args, person)).trim();
  await git(folder, ['update-ref', `refs/heads/${branch}`, commitId]);
  await publishReferenceChanges(fixture.world, repository, before, await listReferences(folder));
  return commitId;
}

const person: Record<string, string> = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Ada'],
    [`GIT_${role}_EMAIL`, 'ada@example.org'],
    [`GIT_${role}_DATE`, '1700000000 +0000'],
  ]),
);
