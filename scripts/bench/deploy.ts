import { readdirSync, readFileSync } from 'node:fs';
import { startSandbox } from '@opensarlab/sandbox';
import type { DeployRecord } from '../../actions/lib/deploy/deploy-record.ts';
import { grantRoomForLabs } from '../demo/account-setup.ts';
import { criticalPath, type TimedStep, timedSteps } from '../demo/critical-path.ts';
import { type Stage, setStage } from '../demo/stage.ts';
import { root } from '../setup/install.mjs';

// Deploys labs of the example through the project's own workflows, on a clock that goes on only while nothing computes, and
// prints how long that takes on AWS's clock.
//
//   npm run bench:deploy -- [LABS…]        default: 1 5 20

/** Virtual seconds per real second of waiting. */
const scale = 40;

const counts = process.argv.slice(2).map(Number);
if (counts.some((count) => !(Number.isInteger(count) && count > 0))) throw new RangeError('Give numbers of labs.');

print(['labs', 'deployed', 'longest chain', 'ratio', 'one by one', 'steps together', 'calls a lab', 'peak memory']);
for (const count of counts.length === 0 ? [1, 5, 20] : counts) await bench(count);

async function bench(count: number): Promise<void> {
  const sandbox = await startSandbox({ scale, patient: true });
  const memory = watchMemory();
  try {
    const stage = await setStage(root, sandbox, { say: () => undefined, approve: () => true });
    grantRoomForLabs(sandbox, stage.administrator.region);
    const names = Array.from({ length: count }, (_, index) => `lab${String(index + 1).padStart(2, '0')}`);
    const person = await sandbox.person(stage.repository, { login: 'jdoe', id: 4242, permission: 'write' });
    const colleague = await sandbox.person(stage.repository, { login: 'asmith', id: 4243, permission: 'write' });
    const files = names.map((name) => stage.declare(name)).map(({ file, text }) => [file, text] as const);
    const pull = await person.propose('labs', 'Labs', Object.fromEntries(files));
    await stage.settle();
    await colleague.approve(pull);
    await person.merge(pull);
    await stage.settle();
    tell(
      names,
      names.map((name) => deployed(stage, name)),
      memory.peakBytes(),
    );
    await stage.close();
  } finally {
    memory.stop();
    await sandbox.close();
  }
}

/** @throws Error when the lab was not deployed: a figure of a failure is none */
function deployed(stage: Stage, name: string): DeployRecord {
  const record = stage.record('deploy', name);
  if (record.outcome !== 'succeeded') throw new Error(`${name}: ${record.message}`);
  return record;
}

function tell(names: readonly string[], records: readonly DeployRecord[], peakBytes: number): void {
  const labs = records.map(({ steps }) => {
    const timed = timedSteps(steps);
    const chain = criticalPath(timed, new Map(steps.map(({ id, needs = [] }) => [id, needs])));
    const whole = Math.max(...timed.map(({ to }) => to)) - Math.min(...timed.map(({ from }) => from));
    return { timed, chain, whole };
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const whole = mean(labs.map((lab) => lab.whole));
  const chain = mean(labs.map((lab) => lab.chain.seconds));
  print([
    String(names.length),
    minutes(whole),
    minutes(chain),
    (whole / chain).toFixed(3),
    minutes(mean(labs.map(({ timed }) => inSequence(timed)))),
    `${((1 - whole / mean(labs.map(({ timed }) => inSequence(timed)))) * 100).toFixed(0)} % less`,
    String(Math.round(mean(records.map(({ calls }) => calls)))),
    peakBytes === 0 ? 'not seen' : `${Math.round(peakBytes / 1024 / 1024)} MiB`,
  ]);
  const [first] = labs;
  if (names.length > 1 || first === undefined) return;
  for (const { id, title, from, to } of first.timed.toSorted((a, b) => a.from - b.from))
    process.stdout.write(
      `  ${first.chain.ids.includes(id) ? '*' : ' '} ${title.padEnd(36)} ${minutes(from)} – ${minutes(to)}\n`,
    );
}

/** The guide's order: one step after another, each as long as it took. */
function inSequence(steps: readonly TimedStep[]): number {
  return steps.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The largest deploy job that was seen, by looking at the processes below this one ten times a second (proc(5), VmHWM). */
function watchMemory(): { peakBytes(): number; stop(): void } {
  let peak = 0;
  const timer = setInterval(() => {
    if (process.platform !== 'linux') return;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dist/deploy.js')) continue;
        const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        peak = Math.max(peak, Number(kib ?? 0) * 1024);
      } catch {
        // ended while it was looked at
      }
    }
  }, 100);
  return { peakBytes: () => peak, stop: () => clearInterval(timer) };
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`${cells.map((cell) => cell.padEnd(15)).join('')}\n`);
}
