import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gitEnvironment, runGit } from '../files/git.ts';
import type { JobSession } from '../job/job-session.ts';

const copies = new WeakMap<JobSession, Promise<string>>();

/** The path below the repository of `uses: $/actions/plan`; undefined for every other `uses`. */
export function ownActionPath(uses: string): string | undefined {
  return uses.startsWith('$/') ? uses.slice(2) : undefined;
}

/**
 * The workflow's own repository at the commit that is running, in a folder outside the workspace, where no checkout of the
 * job reaches: `uses: $/path` is an action from there, without a checkout (github.blog/changelog, 2026-07-30, runner
 * ≥ 2.336.0). Fetched once for a job, as the archive of the commit, like every other action.
 */
export function ownRepository(session: JobSession): Promise<string> {
  const copy = copies.get(session) ?? extract(session);
  copies.set(session, copy);
  return copy;
}

async function extract(session: JobSession): Promise<string> {
  const { options, event, workflowCommit } = session.run;
  const gitFolder = options.gitFolder(event.repository);
  if (gitFolder === undefined) throw new Error(`${event.repository} has no Git folder any more.`);
  const folder = join(session.folders.root, 'work', '_actions', event.repository, workflowCommit);
  await mkdir(folder, { recursive: true });
  const archive = await runGit(gitFolder, ['archive', '--format=tar', workflowCommit]);
  await unpack(archive, folder);
  return folder;
}

function unpack(archive: Buffer, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', ['-x', '-f', '-'], {
      cwd: folder,
      env: gitEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`tar ended with ${code}: ${errors.trim()}`)),
    );
    // Tar may end without reading all; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(archive);
  });
}
