// Installs what the lock file names, once: when `node_modules` is missing or the lock file changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Path of the Node binary that the npm package `node` brings. */
export function projectNode() {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Makes `node_modules` of a folder equal to its lock file.
 * @param {string} folder a folder with `package.json` and `package-lock.json`
 * @throws when npm fails; its own output says why
 */
export async function installDependencies(folder = root) {
  const modules = join(folder, 'node_modules');
  const stamp = join(modules, '.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  process.stderr.write(`Installing dependencies in ${folder === root ? 'this repository' : folder} (npm ci) …\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.error) throw new Error(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    rmSync(stamp, { force: true });
    process.stderr.write('npm ci failed; its messages above say why. Nothing was run.\n');
    process.exit(result.status ?? 1);
  }
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, wanted);
}
