import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';
import { type Measurement, measureNode, median } from './measured-process.ts';
import { sampleDeployment, writeSampleCheckout } from './sample-deployments.ts';

/** How long 1,000 deployments take, with ajv-cli doing the schema alone on the same files for comparison. */
const deployments = 1000;
const runs = 5;
const budget = { milliseconds: 1000, bytes: 200 * 1024 * 1024 };

const folder = await mkdtemp(join(tmpdir(), 'opensarlab-bench-'));
try {
  await writeSampleCheckout(folder, deployments);
  const lines = sampleDeployment(0).text.split('\n').length - 1;
  print(
    `${deployments} deployments of ${lines} lines, Node ${process.version}, ${availableParallelism()} CPUs, median of ${runs} runs`,
  );
  print('');
  print(row(['', 'wall time', 'peak memory']));
  const own = await repeat([join(root, 'scripts/opensarlab.ts'), 'validate', '--root', folder]);
  report('opensarlab validate: schema, all checks, cross-checks', own);
  if (own.status !== 0) print(own.output.slice(0, 2000));
  const program = installAjv(join(folder, 'ajv'));
  if (program === undefined) print(row(['ajv-cli 5: the schema alone', 'not available', '']));
  else report('ajv-cli 5: the schema alone', await repeat(ajvArguments(program)));
  const within = own.status === 0 && own.milliseconds < budget.milliseconds && own.peakBytes < budget.bytes;
  print('');
  print(`Budget: ${budget.milliseconds} ms, ${megabytes(budget.bytes)}: ${within ? 'kept' : 'exceeded'}.`);
  process.exitCode = within ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function repeat(argv: readonly string[]): Promise<Measurement> {
  const measured: Measurement[] = [];
  for (let run = 0; run < runs; run++) measured.push(await measureNode(argv));
  const middle = median(measured);
  if (middle === undefined) throw new RangeError('Nothing was measured.');
  return middle;
}

function ajvArguments(program: string): string[] {
  const schema = join(root, 'schemas/opensarlab.schema.json');
  const data = join(folder, 'deployments/*/opensarlab.yaml');
  return [program, 'validate', '--spec=draft2020', '--strict=false', '--errors=no', '-s', schema, '-d', data];
}

/** @returns the program's path; undefined when npm cannot fetch it */
function installAjv(target: string): string | undefined {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(
    npm,
    ['install', '--silent', '--no-audit', '--no-fund', '--prefix', target, 'ajv-cli@5'],
    {
      stdio: 'ignore',
    },
  );
  return status === 0 ? join(target, 'node_modules/ajv-cli/dist/index.js') : undefined;
}

function report(title: string, { status, milliseconds, peakBytes }: Measurement): void {
  const failed = status === 0 ? '' : ` (ended with ${status})`;
  print(row([title, `${Math.round(milliseconds)} ms`, `${megabytes(peakBytes)}${failed}`]));
}

function row([title = '', time = '', memory = '']: readonly string[]): string {
  return `${title.padEnd(56)}${time.padStart(14)}  ${memory.padStart(12)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
