import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What workflows and deployments read. Sources of the bundles, scripts and tests would only slow every checkout down. */
const used = [
  '.github',
  'actions',
  'cluster',
  'deployments',
  'docs',
  'images',
  'schemas',
  'README.md',
  ':!actions/lib',
  // The product's own checks look at sources that are not there.
  ':!.github/workflows/ci.yml',
  ':!.github/workflows/release.yml',
];

/**
 * Copies what Git tracks or would track, in its present state, as far as workflows use it: what the demo runs is this
 * checkout, edits included.
 * @returns the target folder
 */
export async function copyProject(root: string, target: string): Promise<string> {
  const list = async (...selection: string[]): Promise<string[]> => {
    const { stdout } = await run('git', ['-C', root, 'ls-files', '-z', ...selection, '--', ...used], {
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout.split('\0').filter(Boolean);
  };
  const deleted = new Set(await list('--deleted'));
  for (const path of await list('--cached', '--others', '--exclude-standard')) {
    if (deleted.has(path)) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(root, path), join(target, path), { verbatimSymlinks: true });
  }
  return target;
}
