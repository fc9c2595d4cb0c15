import { readFileSync } from 'node:fs';
import { canary, openProposalCheckout } from './checkout.ts';
import { judgeProposal } from './judgement.ts';
import { createDice, isRefusedBySystem, mutations } from './mutations.ts';

/** What is known of one proposal. */
export type ProposalResult = {
  seed: number;
  kinds: string[];
  refusals: number;
  faults: string[];
  milliseconds: number;
  cpuMilliseconds: number;
  peakBytes: number;
  /** Whether file times tell of reads at all. */
  tells: boolean;
};

/** Milliseconds that this process and the programs that it waited for have computed (proc(5), stat; 100 ticks a second). */
function computing(): number {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1_000;
  if (process.platform !== 'linux') return own;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return own + (Number(fields[13]) + Number(fields[14])) * 10;
}

// Judges the proposals of the seeds it is sent, one after another, and answers each.
const checkout = openProposalCheckout();
let placed: string[] = [];
process.on('message', async (seed: number) => {
  const dice = createDice(seed);
  const kinds = Array.from({ length: 1 + dice.upTo(3) }, () => dice.of(Object.keys(mutations)));
  checkout.reset((folder) => placed.some((path) => path === folder || path.startsWith(`${folder}/`)));
  placed = [];
  for (const kind of kinds) {
    try {
      mutations[kind]?.({ ...checkout, placed }, dice);
    } catch (error) {
      if (!isRefusedBySystem(error)) throw error;
    }
  }
  checkout.wasRead();
  process.send?.('begun');
  const started = performance.now();
  const computed = computing();
  const { refusals, faults, output } = await judgeProposal(checkout.root);
  const milliseconds = performance.now() - started;
  const cpuMilliseconds = computing() - computed;
  const read = checkout.wasRead();
  const all = [...output, ...refusals.map(({ message }) => message)];
  // The hook that names the secret's file holds its path, never its content.
  if (all.some((text) => text.includes(canary))) faults.push('shows what is outside of the checkout');
  if (read === true) faults.push('reads what is outside of the checkout');
  if (Object.hasOwn(Object.prototype, 'polluted')) faults.push('pollutes the prototype');
  const result: ProposalResult = {
    seed,
    kinds,
    refusals: refusals.length,
    faults,
    milliseconds,
    cpuMilliseconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    tells: read !== undefined,
  };
  process.send?.(result);
});
process.on('disconnect', () => {
  checkout.close();
  process.exit(0);
});
process.send?.('ready');
