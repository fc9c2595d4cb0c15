import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCacheStore } from '@opensarlab/sandbox';

const run = promisify(execFile);

/** What `actions/verify` leaves in the cache of the default branch when it has built the bundles. */
const proof = '.opensarlab/proof';

/** What it names that by: the content that the bundles are built from, and the builder's. */
const sources = ['actions', 'package.json', 'package-lock.json', 'schemas', 'tsconfig.json'];
const builder = ['scripts/build', 'scripts/setup'];

/**
 * Does as if a run of the default branch had built the bundles of this very content before. A real build takes the package
 * registry, which a demonstration must not need; that the bundles are what the sources build to is checked by
 * `npm run check:dist`.
 */
export async function rememberVerifiedBundles(
  repository: { fullName: string; gitFolder: string },
  runnerFolder: string,
): Promise<void> {
  const list = async (paths: readonly string[]): Promise<string> =>
    (await run('git', ['-C', repository.gitFolder, 'ls-tree', 'refs/heads/main', ...paths])).stdout;
  const digest = createHash('sha256')
    .update(`${await list(sources)}${await list(builder)}`)
    .digest('hex');
  const workspace = join(runnerFolder, 'verified');
  await mkdir(join(workspace, proof), { recursive: true });
  await writeFile(join(workspace, proof, 'verified'), 'by the checks of this checkout\n');
  const scope = { repository: repository.fullName, ref: 'refs/heads/main', readableRefs: [] };
  await createCacheStore(join(runnerFolder, 'caches')).save(scope, [proof], `bundles-${digest}`, workspace);
}
