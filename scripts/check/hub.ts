import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { installDependencies, projectNode, root } from '../setup/install.mjs';
import { writeRenderedHub } from './hub/rendered-hub.ts';
import { findPython, preparePython } from './python-environment.ts';

// Checks the hub's Python (format, lint, types) and runs its configuration in the JupyterHub of the pinned chart, against
// an imitated user pool and Kubernetes API. Needs Python 3.11 or newer; everything else it installs itself, once.
// Arguments go to pytest.

const tests = join(root, 'test', 'hub', 'real');
const settings = join(root, 'test', 'hub', 'pyproject.toml');
const sources = [join(root, 'cluster', 'jupyterhub', 'hub'), join(root, 'test', 'hub')];

if (findPython() === undefined) {
  const isRequired = process.env['CI'] === 'true';
  process.stderr.write(`The hub's configuration was not checked: there is no Python 3.11 or newer on the PATH.\n`);
  process.exit(isRequired ? 1 : 0);
}

const bin = preparePython('hub', join(tests, 'requirements.txt'), 'hashes');
await installDependencies(join(tests, 'proxy'));
const rendered = mkdtempSync(join(tmpdir(), 'opensarlab-hub-'));
try {
  writeRenderedHub(join(tests, 'opensarlab.yaml'), rendered);
  const steps: [string, ...string[]][] = [
    ['ruff', 'check', '--config', settings, ...sources],
    ['ruff', 'format', '--check', '--config', settings, ...sources],
    ['mypy', '--config-file', settings],
    ['pytest', '--config-file', settings, '--rootdir', tests, ...process.argv.slice(2), tests],
  ];
  const failed = steps.filter((step) => !run(step)).map(([name, verb]) => `${name} ${verb}`);
  if (failed.length > 0) process.stderr.write(`The hub's configuration fails: ${failed.join(', ')}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(rendered, { recursive: true, force: true });
}

function run([program, ...args]: [string, ...string[]]): boolean {
  const env = {
    ...process.env,
    OPENSARLAB_RENDERED: rendered,
    OPENSARLAB_NODE: projectNode(),
    PATH: [bin, dirname(projectNode()), process.env['PATH'] ?? ''].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return spawnSync(join(bin, program), args, { cwd: root, env, stdio: 'inherit' }).status === 0;
}
