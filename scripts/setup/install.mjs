// Installs what the lock file names, once: when `node_modules` is missing or the lock file changed since.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Path of the Node binary that the npm package `node` brings. */
export function projectNode() {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * Makes `node_modules` of a folder equal to its lock file. What somebody installed with npm counts; of several processes one
 * installs and the others wait for it. Ends the process when npm fails.
 * @param {string} folder a folder with `package.json` and `package-lock.json`
 */
export async function installDependencies(folder = root) {
  if (isInstalled(folder)) return;
  const release = await takeTurn(join(folder, '.opensarlab', 'installing'));
  const status = isInstalled(folder) ? 0 : install(folder);
  release();
  if (status === 0) return;
  process.stderr.write('npm ci failed; its messages above say why. Nothing was run.\n');
  process.exit(status);
}

/**
 * npm writes what it has installed into `node_modules/.package-lock.json`, last of all (docs.npmjs.com, package-lock.json,
 * "Hidden Lockfiles"). The answer is kept beside it, because comparing takes longer than most commands have.
 */
function isInstalled(folder) {
  const modules = join(folder, 'node_modules');
  const stamp = join(modules, '.installed-from');
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed)) return false;
  // Without the packages' own scripts (npm ci --ignore-scripts) there is no Node to run on.
  if (folder === root && !existsSync(projectNode())) return false;
  const state = `${wanted} ${statSync(installed).mtimeMs}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return true;
  if (!holds(JSON.parse(readFileSync(installed, 'utf8')).packages, JSON.parse(lock).packages)) return false;
  writeFileSync(stamp, state);
  return true;
}

/** True when each package is there in the version that is wanted; optional ones are left out where they do not fit. */
function holds(installed, wanted) {
  const places = Object.keys(wanted).filter((place) => place.startsWith('node_modules/'));
  return (
    Object.keys(installed).every((place) => wanted[place] !== undefined) &&
    places.every((place) => {
      const { version, integrity, optional, devOptional, peer } = wanted[place];
      const found = installed[place];
      if (found === undefined) return Boolean(optional || devOptional || peer);
      return found.version === version && found.integrity === integrity;
    })
  );
}

/** @returns npm's exit code */
function install(folder) {
  process.stderr.write(`Installing dependencies in ${folder === root ? 'this repository' : folder} (npm ci) …\n`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.error) process.stderr.write(`npm could not be started: ${result.error.message}\n`);
  return result.status ?? 1;
}

/** Milliseconds that one command waits for another one's installation. */
const longestInstallation = 1_800_000;

/**
 * Waits until no other process holds a file, and takes it. A process that ended without giving it back is not waited for.
 * @returns a function that gives it back
 */
async function takeTurn(file) {
  mkdirSync(dirname(file), { recursive: true });
  const patienceEnds = Date.now() + longestInstallation;
  while (Date.now() < patienceEnds) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(file)) rmSync(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.stderr.write(`Another command has been installing for half an hour. When none runs, remove ${file}.\n`);
  process.exit(1);
}

function isAlive(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'));
    // Written in two steps: whoever has made the file is about to say who it is.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
