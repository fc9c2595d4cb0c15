import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServiceFixture } from '../service-fixture.ts';
import { isolatedGitEnvironment, listReferences } from './bare-repository.ts';
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
  const child = run('git', ['--git-dir', folder, 'fast-import', '--quiet', '--force'], {
    env: isolatedGitEnvironment(),
  });
  child.child.stdin?.end(fastImport(branch, before.get(`refs/heads/${branch}`), files));
  await child;
  const after = await listReferences(folder);
  await publishReferenceChanges(fixture.world, repository, before, after);
  return after.get(`refs/heads/${branch}`) ?? '';
}

/** The stream of git-scm.com/docs/git-fast-import for one commit. */
function fastImport(branch: string, parent: string | undefined, files: Readonly<Record<string, string>>): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return [
    `commit refs/heads/${branch}\ncommitter Ada <ada@example.org> 1700000000 +0000\n`,
    data('message\n'),
    ...(parent ? [`from ${parent}\n`] : []),
    'deleteall\n',
    ...Object.entries(files).map(
      ([path, content]) => `M ${path.endsWith('.sh') ? '100755' : '100644'} inline ${path}\n${data(content)}`,
    ),
  ].join('');
}
