import { globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup/install.mjs';
import { type Measurement, measureNode, median } from './measured-process.ts';

// How long each action takes until its own code runs: Node starts, reads the bundle, and the action stops at the first input,
// which is missing.
//
//   npm run bench:startup -- [BUNDLE-OF-ANOTHER-ACTION…]
//
// Bundles of published actions (their `dist/index.js`, checked out somewhere) are measured beside ours.

const runs = 9;

/** The environment of a step without inputs; what an action reads of it must not come from this shell. */
for (const name of Object.keys(process.env)) if (/^(INPUT_|GITHUB_|AWS_)/.test(name)) delete process.env[name];

const bare = await repeat(['-e', '0']);
const shared = join(root, 'actions/dist/opensarlab.js');
process.stdout.write(
  `Node ${process.version}, median of ${runs} runs; all actions share opensarlab.js, ${kilobytes(statSync(shared).size)}\n\n`,
);
print(['', 'wall time', '× bare Node', 'peak memory', 'bundle']);
print(['node -e 0', ...figures(bare), '']);
const own = globSync(join(root, 'actions/dist/*.js')).filter((file) => file !== shared);
for (const file of own.sort())
  print([basename(file), ...figures(await repeat([file])), kilobytes(statSync(file).size)]);
for (const file of process.argv.slice(2)) {
  print([file.split('/').slice(-3).join('/'), ...figures(await repeat([file])), kilobytes(statSync(file).size)]);
}

async function repeat(argv: readonly string[]): Promise<Measurement> {
  const measured: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    const one = await measureNode(argv);
    // An action that is loaded complains of what it has not got; one that cannot be loaded would look fast.
    if (argv.length === 1 && !one.output.includes('::error'))
      throw new Error(`${argv[0]} did not start: ${one.output}`);
    measured.push(one);
  }
  const middle = median(measured);
  if (middle === undefined) throw new RangeError('Nothing was measured.');
  return middle;
}

function figures({ milliseconds, peakBytes }: Measurement): string[] {
  return [
    `${milliseconds.toFixed(0)} ms`,
    (milliseconds / bare.milliseconds).toFixed(1),
    `${(peakBytes / 1024 / 1024).toFixed(0)} MB`,
  ];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}

function print([name = '', ...columns]: readonly string[]): void {
  process.stdout.write(`${name.padEnd(40)}${columns.map((column) => column.padStart(13)).join('')}\n`);
}
