import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';

/** Tables of facts about AWS that checks look up without asking AWS. */
export type TableName = 'instance-types' | 'regions';

const pathOf = (name: TableName): string => join(root, 'actions', 'lib', 'deployment', `${name}.json`);

/** The table as it is in the repository. */
export async function readTable(name: TableName): Promise<unknown> {
  return JSON.parse(await readFile(pathOf(name), 'utf8')) as unknown;
}

/** Writes a table into the repository. */
export async function writeTable(name: TableName, table: object): Promise<void> {
  await writeFile(pathOf(name), formatTable(table));
}

/** JSON as the repository's formatter leaves it: lists of numbers on one line. */
export function formatTable(table: object): string {
  const text = JSON.stringify(table, undefined, 2);
  return `${text.replace(/\[\s+(-?[0-9.]+(?:,\s+-?[0-9.]+)*)\s+\]/g, (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`)}\n`;
}
