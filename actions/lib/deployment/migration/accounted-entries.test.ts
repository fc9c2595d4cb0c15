import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDeployment } from '../read-deployment.ts';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';
import { type LaidOut, upstreamLayouts } from './test/upstream-layouts.ts';

const facts = { account_id: '123456789012', region: 'us-west-2', name: 'radar', cost_tag_key: 'osl-billing' } as const;
const admin = { admin_user_name: 'jdoe', admin_email_address: 'jdoe@example.org' };
const surroundings = { images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] };

type Entry = Record<string, unknown>;
type Result = { nodes: Entry[]; profiles: Entry[]; service_accounts?: Entry[] };

/** The options that are missing, and no others. */
function migrate(text: string): Migration {
  const { missing } = migrateDeclaration(text, { name: facts.name });
  const all: Record<string, string> = { ...facts, ...admin };
  const given = Object.fromEntries(missing.map((fact) => [fact, all[fact]]));
  return migrateDeclaration(text, { name: facts.name, ...given }, surroundings);
}

const named = ({ notes }: Migration, paths: readonly string[]): string[] =>
  paths.filter((path) => notes.some(({ field, kind }) => field === path && kind !== 'changed'));

function errorsOf({ name, text }: Migration): string[] {
  const file = `deployments/${name}/opensarlab.yaml`;
  const { diagnostics } = readDeployment({ file, name, text, ...surroundings });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ path, message }) => `${path}: ${message}`);
}

/** Notes about a line on which nothing of the field stands. */
function wrongLines({ text }: LaidOut, { notes }: Migration): string[] {
  const lines = text.split('\n');
  return notes.flatMap(({ field, line, message }) => {
    if (line === 0) return [];
    const said = lines[line - 1] ?? '';
    // The name of a table is in its header.
    const isHeader = field.endsWith('.name') && said.trim().startsWith('[');
    const last = field.endsWith('"') ? field.slice(field.indexOf('"')) : (field.split('.').at(-1) ?? '');
    const fits = field === 'comment' ? said.includes('#') : isHeader || field.endsWith(']') || said.includes(last);
    return fits ? [] : [`${field} (line ${line}): ${message} | ${said}`];
  });
}

/** As many as before, those that are named as left out aside, and none invented. */
function expectSameEntries(
  file: LaidOut,
  migration: Migration,
  { nodes, profiles, service_accounts: accounts = [] }: Result,
): void {
  expect(nodes.length).toBe(file.nodes.length - named(migration, file.nodes).length);
  expect(profiles.length).toBe(file.profiles.length - named(migration, file.profiles).length);
  expect(accounts.length).toBe(file.accounts.length);
  expect(named(migration, file.dask)).toEqual(file.dask);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  expect(new Set(profiles.map(({ name }) => name)).size).toBe(profiles.length);
  // Entries are told apart by what the generator counts in them.
  const machines = nodes.filter((node) => node['is_hub'] !== true && node['root_volume_size'] !== undefined);
  const counted = machines.map((node) => Number(node['root_volume_size']));
  expect(counted).toEqual([...new Set(counted)].sort((a, b) => a - b));
  expect(new Set(profiles.map(({ description }) => description)).size).toBe(profiles.length);
  expect(profiles.every(({ description }) => /^d\d$/.test(String(description)))).toBe(true);
}

/** Every parameter once, at its line, and no credentials. */
function expectAccountedParameters(file: LaidOut, migration: Migration): void {
  const told = new Set(migration.notes.map(({ field }) => field));
  expect(file.parameters.filter((path) => told.has(path) === migration.kept.includes(path))).toEqual([]);
  expect(wrongLines(file, migration)).toEqual([]);
  expect(migration.text + JSON.stringify(migration.notes)).not.toContain('not-a-secret');
}

/** Only nodes, images, tags, scripts and accounts that are there; else the report says what to do. */
function expectReferences({ notes }: Migration, { nodes, profiles, service_accounts: accounts = [] }: Result): void {
  const machines = nodes.filter((node) => node['is_hub'] !== true).map(({ name }) => name);
  const names = accounts.map(({ name }) => name);
  for (const profile of profiles) {
    expect(surroundings.images).toContain(profile['image_name']);
    expect(profile['image_tag']).toBe('latest');
    expect([undefined, ...surroundings.hooks]).toContain(profile['hook_script']);
    expect([undefined, ...names]).toContain(profile['service_account']);
    if (machines.includes(profile['node_name'])) continue;
    const message = `There is no node "${profile['node_name']}" for users`;
    expect(notes.some((note) => note.message.includes(message))).toBe(true);
  }
}

/** Valid, or with a decision for what is not. */
function expectValid(migration: Migration): void {
  const hopeless = [
    /No node is the hub’s/, // 2021 had none in the file
    /Without certificate_arn/, // neither 2021 nor 2025 says one
    ...(migration.notes.some(({ message }) => message.includes('There is no node ')) ? [/node_name: /] : []),
  ];
  expect(errorsOf(migration).filter((error) => !hopeless.some((pattern) => pattern.test(error)))).toEqual([]);
}

describe('entries and references', () => {
  it.each(upstreamLayouts)('of a file of %s are accounted for', (_, layout) => {
    fc.assert(
      fc.property(layout, (file) => {
        const migration = migrate(file.text);
        const result: Result = parse(migration.text);
        expectSameEntries(file, migration, result);
        expectAccountedParameters(file, migration);
        expectReferences(migration, result);
        expectValid(migration);
      }),
      { numRuns: 10 },
    );
  });
});
