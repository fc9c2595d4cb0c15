import { readFileSync } from 'node:fs';

/**
 * Whether a process that this one has started, or one that those have, computes at this moment: in state R, or in D, where it
 * waits for a disk (proc(5), /proc/pid/stat). Only where Linux tells.
 * @throws Error on another system
 */
export function childrenCompute(): boolean {
  if (process.platform !== 'linux') throw new Error('Only Linux tells which processes compute.');
  const open = childrenOf(process.pid);
  for (let at = 0; at < open.length && at < MOST_PROCESSES; at++) {
    const pid = open[at];
    if (pid === undefined) break;
    if (/^[RD]/.test(stateOf(pid))) return true;
    open.push(...childrenOf(pid));
  }
  return false;
}

/** More than any build has; what comes behind is not looked at. */
const MOST_PROCESSES = 2_000;

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** The field behind the program's name, which is in brackets and may hold anything. */
function stateOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2);
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
