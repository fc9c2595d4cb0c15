import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../setup/install.mjs';

/** What every entry has: where it was seen, and what is to be found. */
type Common = { id: string; source: string; service?: string; expect: [cause: string, remedy: string] };

/** One entry of the corpus, by the kind of what reports the failure. */
export type CorpusEntry =
  | (Common & { kind: 'stack'; events: [logicalId: string, type: string, status: string, reason?: string][] })
  | (Common & { kind: 'sdk'; error: [name: string, message: string, status?: number] })
  | (Common & { kind: 'build'; status?: string; phase?: [name: string, message: string]; log: string })
  | (Common & { kind: 'cluster'; lines: string });

const kinds = ['stack', 'sdk', 'build', 'cluster'] as const;

/** All entries, and the ids of those that were set aside before any rule was written. */
export async function readCorpus(): Promise<{ entries: CorpusEntry[]; setAside: ReadonlySet<string> }> {
  const read = async (name: string): Promise<unknown> =>
    parse(await readFile(join(root, 'actions/lib/diagnosis/corpus', name), 'utf8'));
  const entries: CorpusEntry[] = [];
  for (const kind of kinds) {
    const found = (await read(`${kind}.yaml`)) as Omit<CorpusEntry, 'kind'>[];
    entries.push(...found.map((entry) => ({ ...entry, kind }) as CorpusEntry));
  }
  return { entries, setAside: new Set((await read('set-aside.yaml')) as string[]) };
}
