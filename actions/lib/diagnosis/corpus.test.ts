import { describe, expect, it } from 'vitest';
import { type CorpusEntry, readCorpus } from '../../../scripts/reference/read-corpus.ts';
import { allCauses, diagnoseBuild, diagnoseError, diagnoseStack, type Finding } from './diagnose.ts';
import { remedies } from './remedies.ts';

const { entries, setAside } = await readCorpus();

function diagnose(entry: CorpusEntry): Finding {
  if (entry.kind === 'stack') {
    return diagnoseStack(
      entry.events.map(([logicalId, type, status, reason]) => {
        return {
          logicalId,
          physicalId: '',
          type,
          status,
          at: new Date(0),
          ...(reason === undefined ? {} : { reason }),
        };
      }),
    );
  }
  if (entry.kind === 'sdk') {
    const [name, message, status] = entry.error;
    return diagnoseError({ name, message, status });
  }
  if (entry.kind === 'cluster') return diagnoseBuild({ lines: entry.lines.split('\n') });
  const { status, phase } = entry;
  return diagnoseBuild({
    ...(status === undefined ? {} : { status }),
    ...(phase === undefined ? {} : { phase: { name: phase[0], message: phase[1] } }),
    lines: entry.log.split('\n'),
  });
}

type Score = { entries: number; causes: number; remedies: number; misleading: string[]; wrong: string[] };

/** A wrong remedy misleads; that nothing is known does not. */
function scoreOf(some: readonly CorpusEntry[]): Score {
  const score: Score = { entries: some.length, causes: 0, remedies: 0, misleading: [], wrong: [] };
  for (const entry of some) {
    const { cause, remedy } = diagnose(entry);
    const [expectedCause, expectedRemedy] = entry.expect;
    if (cause === expectedCause) score.causes += 1;
    else score.wrong.push(`${entry.id}: ${cause} instead of ${expectedCause}`);
    if (remedy === expectedRemedy) score.remedies += 1;
    else if (cause !== 'unknown') score.misleading.push(entry.id);
  }
  return score;
}

function tableOf(parts: Readonly<Record<string, readonly CorpusEntry[]>>): string {
  const percent = (part: number, all: number): string => (all === 0 ? '-' : `${((100 * part) / all).toFixed(1)} %`);
  const rows = Object.entries(parts).map(([name, some]) => {
    const score = scoreOf(some);
    const cells = [
      name.padEnd(22),
      String(score.entries).padStart(7),
      percent(score.causes, score.entries).padStart(12),
      percent(score.remedies, score.entries).padStart(12),
      String(score.misleading.length).padStart(10),
    ];
    return cells.join(' ');
  });
  return [`${'part'.padEnd(22)} entries right cause right remedy misleading`, ...rows].join('\n');
}

const rest = entries.filter(({ id }) => !setAside.has(id));
const aside = entries.filter(({ id }) => setAside.has(id));
const kinds = ['stack', 'sdk', 'build', 'cluster'] as const;
const parts = Object.fromEntries([
  ...kinds.map((kind) => [`rest: ${kind}`, rest.filter((entry) => entry.kind === kind)] as const),
  ['rest', rest] as const,
  ...kinds.map((kind) => [`set aside: ${kind}`, aside.filter((entry) => entry.kind === kind)] as const),
  ['set aside', aside] as const,
]);

describe('the corpus of failures', () => {
  it('has at least 120 entries with their sources, and names only causes and remedies of the tables', () => {
    expect(entries.length).toBeGreaterThanOrEqual(120);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    expect(aside.length).toBe(setAside.size);
    expect(entries.filter(({ source }) => !/^(https:\/\/|images\/|cluster\/)/.test(source))).toEqual([]);
    const causes = new Set(['unknown', ...allCauses().map(({ key }) => key)]);
    expect(entries.filter(({ expect: [cause] }) => !causes.has(cause)).map(({ id }) => id)).toEqual([]);
    expect(entries.filter(({ expect: [, remedy] }) => !Object.hasOwn(remedies, remedy)).map(({ id }) => id)).toEqual(
      [],
    );
  });

  it('is diagnosed', () => {
    process.stdout.write(`${tableOf(parts)}\n`);
    const score = scoreOf(rest);
    expect(score.causes / score.entries, score.wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(score.remedies / score.entries).toBeGreaterThanOrEqual(0.9);
    expect(score.misleading).toEqual([]);
  });

  it('is diagnosed as well where it was set aside before any rule was written', () => {
    const score = scoreOf(aside);
    expect(score.causes / score.entries, score.wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(score.remedies / score.entries).toBeGreaterThanOrEqual(0.9);
  });
});

describe('the table of causes', () => {
  it('uses every remedy, and each source is an address', () => {
    const used = new Set(['look-in-console', ...allCauses().map(({ remedy }) => remedy)]);
    expect(Object.keys(remedies).filter((key) => !used.has(key))).toEqual([]);
    expect(allCauses().filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
  });
});
