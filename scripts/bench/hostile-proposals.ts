import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';
import type { ProposalResult } from './hostile/judging-child.ts';

// Takes random hostile proposals through everything that reads one, in child processes that are measured and, when one takes
// too long, stopped.
//
//   npm run bench:hostile -- [COUNT] [FIRST-SEED]

const count = Number(process.argv[2] ?? 2_000);
const firstSeed = Number(process.argv[3] ?? 1);

/** What the project promises of each proposal. */
const budget = { milliseconds: 2_000, bytes: 300 * 1024 * 1024 };

/** Proposals after which a child is replaced, so that what one leaves behind is not taken for the next one's. */
const perChild = 100;

/** Milliseconds after which a child is stopped. */
const patience = 30_000;

const results: ProposalResult[] = [];
const stopped: number[] = [];
let next = firstSeed;
const last = firstSeed + count;
await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, work));
const again = await judgeAgain();
report();

async function work(): Promise<void> {
  while (next < last) {
    const child = await openChild();
    for (let done = 0; done < perChild && next < last; done++) {
      const seed = next++;
      const result = await judge(child, seed);
      if (result === undefined) {
        stopped.push(seed);
        break;
      }
      results.push(result);
      // Its largest size so far is all that a process tells: what comes after would be blamed for this one.
      const isLarge = result.peakBytes > budget.bytes;
      if (results.length % 500 === 0) process.stdout.write(`${results.length} of ${count}\n`);
      if (isLarge) break;
    }
    await closeChild(child);
  }
}

/**
 * A process that has read a hundred proposals holds what all of them left, and a busy machine computes longer: whatever was
 * over the budget is judged once more, by a process of its own, as a job reads one proposal. That figure counts.
 * @returns how many there were
 */
async function judgeAgain(): Promise<number> {
  const over = results.filter(
    ({ cpuMilliseconds, peakBytes }) => cpuMilliseconds > budget.milliseconds || peakBytes > budget.bytes,
  );
  for (const { seed } of over) {
    const child = await openChild();
    const result = await judge(child, seed);
    const at = results.findIndex((one) => one.seed === seed);
    if (result === undefined) stopped.push(seed);
    else results[at] = result;
    await closeChild(child);
  }
  return over.length;
}

async function openChild(): Promise<ChildProcess> {
  const child = fork(join(root, 'scripts/bench/hostile/judging-child.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child);
  return child;
}

async function closeChild(child: ChildProcess): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (child.connected) child.disconnect();
  await new Promise((resolve) => (isOver() ? resolve(undefined) : child.once('exit', resolve)));
}

/** The child's first message. */
function once(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
  });
}

/** @returns undefined for a proposal that was not judged in time, or that ended the child */
function judge(child: ChildProcess, seed: number): Promise<ProposalResult | undefined> {
  return new Promise((resolve) => {
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    // One that cannot even be made must not hold up the rest.
    let timer = setTimeout(stop, 2 * patience);
    const end = (result: ProposalResult | undefined): void => {
      clearTimeout(timer);
      child.off('message', listen);
      child.off('exit', ended);
      resolve(result);
    };
    const ended = (): void => end(undefined);
    const listen = (message: ProposalResult | 'begun'): void => {
      if (message === 'begun') {
        // Making a proposal takes time too; only reading it counts.
        clearTimeout(timer);
        timer = setTimeout(stop, patience);
      } else end(message);
    };
    child.on('message', listen);
    child.on('exit', ended);
    child.send(seed);
  });
}

function report(): void {
  const most = (pick: (result: ProposalResult) => number): ProposalResult | undefined =>
    results.reduce<ProposalResult | undefined>(
      (most, one) => (most && pick(most) >= pick(one) ? most : one),
      undefined,
    );
  const slowest = most(({ milliseconds }) => milliseconds);
  const busiest = most(({ cpuMilliseconds }) => cpuMilliseconds);
  const largest = most(({ peakBytes }) => peakBytes);
  const faults = results.filter((result) => result.faults.length > 0);
  const slow = results.filter(({ cpuMilliseconds }) => cpuMilliseconds > budget.milliseconds);
  print(
    `${results.length} proposals, ${results.filter(({ refusals }) => refusals > 0).length} refused, seeds from ${firstSeed}`,
  );
  print(`slowest ${seconds(slowest?.milliseconds)} (seed ${slowest?.seed}, ${slowest?.kinds.join(' ')})`);
  const late = results.filter(({ milliseconds }) => milliseconds > budget.milliseconds).length;
  print(
    `longer than ${seconds(budget.milliseconds)} by the clock: ${late}; the budget is of computing, because others may use the machine`,
  );
  print(`most computing ${seconds(busiest?.cpuMilliseconds)} (seed ${busiest?.seed}, ${busiest?.kinds.join(' ')})`);
  print(`judged once more by a process of their own: ${again}`);
  print(
    `most memory ${Math.round((largest?.peakBytes ?? 0) / 1024 / 1024)} MB, of a process that reads up to ${perChild} of them (seed ${largest?.seed})`,
  );
  print(
    results.every(({ tells }) => tells)
      ? 'reads outside: by access times, none'
      : 'reads outside: by content alone; this file system keeps no access times',
  );
  for (const { seed, kinds, faults: found } of faults.slice(0, 40))
    print(`seed ${seed} (${kinds.join(' ')}): ${found.join(' | ').slice(0, 1_000)}`);
  for (const seed of stopped) print(`seed ${seed}: not judged within ${patience / 1_000} s, or ended the process`);
  for (const { seed, cpuMilliseconds, kinds } of slow.slice(0, 20))
    print(`seed ${seed} (${kinds.join(' ')}): ${seconds(cpuMilliseconds)} of computing`);
  const isKept =
    faults.length === 0 && stopped.length === 0 && slow.length === 0 && (largest?.peakBytes ?? 0) < budget.bytes;
  print(`Budget: ${seconds(budget.milliseconds)}, ${budget.bytes / 1024 / 1024} MB: ${isKept ? 'kept' : 'exceeded'}.`);
  process.exitCode = isKept ? 0 : 1;
}

function seconds(milliseconds = 0): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
