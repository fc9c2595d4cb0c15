import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Failure } from '../../failure.ts';
import { readDeployment } from '../read-deployment.ts';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';
import { data2022, data2024, type UpstreamData } from './test/upstream-values.ts';

const email = { admin_email_address: 'jdoe@example.org' };

/** A field of the old file: its path there, and its value. */
type Field = { path: string; value: unknown };

const isGroup = (value: unknown): value is UpstreamData =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of sections, one level below each group, with `[n]` for entries of lists. */
function fieldsOf(data: UpstreamData): Field[] {
  return Object.entries(data).flatMap(([section, value]): Field[] => {
    const groups = Array.isArray(value)
      ? value.map((entry: unknown, index) => [`${section}[${index}]`, entry] as const)
      : [[section, value] as const];
    return groups.flatMap(([path, group]) =>
      isGroup(group)
        ? Object.entries(group).map(([name, inner]) => ({ path: `${path}.${name}`, value: inner }))
        : [{ path, value: group }],
    );
  });
}

/** Where a field that stays what it was is in the new file; entries that were left out count no more. */
function newPathOf(path: string, { notes }: Migration): string {
  const gone = new Set(notes.filter(({ kind }) => kind !== 'changed').map(({ field }) => field));
  return path
    .replace(/^(\w+)\[(\d+)\]/, (_, section: string, index: string) => {
      const before = Array.from({ length: Number(index) }, (__, at) => `${section}[${at}]`);
      return `${section}[${before.filter((entry) => !gone.has(entry)).length}]`;
    })
    .replace(/^lab_profiles/, 'profiles');
}

function valueAt(data: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .reduce<unknown>(
      (value, part) => (Object.hasOwn(Object(value), part) ? Reflect.get(Object(value), part) : undefined),
      data,
    );
}

/**
 * Fields of the old file that are neither kept, and the same in the new one, nor in a note, nor part of what a note leaves
 * out; and those that are both.
 */
function unaccounted(data: UpstreamData, migration: Migration): Field[] {
  const told = new Map(migration.notes.map(({ field, kind }) => [field, kind]));
  const result: unknown = parse(migration.text);
  const same = new Set(migration.kept);
  return fieldsOf(data).filter(({ path, value }) => {
    if (told.has(path)) return same.has(path);
    const parents = [path.replace(/\.[^.]*$/, ''), path.replace(/[.[].*$/, '')];
    if (parents.some((parent) => ['dropped', 'decision'].includes(told.get(parent) ?? ''))) return false;
    if (!same.has(path)) return true;
    const kept = valueAt(result, newPathOf(path, migration));
    return JSON.stringify(kept) !== JSON.stringify(value) && String(kept) !== String(value).trim();
  });
}

function errorsOf({ name, text }: Migration): string[] {
  const file = `deployments/${name}/opensarlab.yaml`;
  const folder = { images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] };
  const { diagnostics } = readDeployment({ file, name, text, ...folder });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ path, message }) => `${path}: ${message}`);
}

/** The same data as different people would write them. */
const styles: Readonly<Record<string, (data: UpstreamData) => string>> = {
  block: (data) => stringify(data, { aliasDuplicateObjects: false }),
  'every line with a comment': (data) =>
    stringify(data, { aliasDuplicateObjects: false, blockQuote: false, lineWidth: 0 })
      .split('\n')
      .map((line, index) => (line === '' ? '# the end' : `# above ${index}\n${line} # behind ${index}`))
      .join('\n'),
  flow: (data) => stringify(data, { collectionStyle: 'flow', aliasDuplicateObjects: false }),
  JSON: (data) => JSON.stringify(data, null, 2),
  'CRLF and a byte-order mark': (data) => `\uFEFF---\r\n${stringify(data).replaceAll('\n', '\r\n')}`,
  'anchors for what is the same': (data) => stringify(data, { anchorPrefix: 'a' }),
};

/** Comments of a text in the style that has one on every line. */
const commentsOf = (text: string): string[] => text.match(/# (?:above|behind) \d+$/gm) ?? [];

describe.each([
  ['2022', data2022],
  ['2024', data2024],
])('a plausible file of %s', (version, files) => {
  it.each(Object.entries(styles))('in %s: is valid afterwards, and every field is accounted for', (_, write) => {
    fc.assert(
      fc.property(files, (data) => {
        const text = write(data);
        const migration = migrateDeclaration(text, version === '2024' ? email : {});
        expect(migration.missing).toEqual([]);
        expect(errorsOf(migration)).toEqual([]);
        expect(unaccounted(data, migration)).toEqual([]);
        const told = migration.notes.filter(({ field }) => field === 'comment').map(({ message }) => message);
        const lost = commentsOf(text).filter(
          (comment) => !migration.text.includes(comment) && !told.some((message) => message.includes(comment.slice(2))),
        );
        expect(lost).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});

describe('any file', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom<unknown>(null, '', 0, -1, 1e300, true, [], {}, [1, [2]], { a: { b: 1 } }, '::error::x', 'None'),
  );
  const spoiled = fc.oneof(data2022, data2024).chain((data) => {
    const fields = fieldsOf(data);
    return fc.array(fc.tuple(fc.constantFrom(...fields), odd), { minLength: 1, maxLength: 5 }).map((changes) => {
      const copy = structuredClone(data);
      for (const [{ path }, value] of changes) {
        const parent = valueAt(copy, path.replace(/\.[^.]*$/, ''));
        if (isGroup(parent)) parent[path.replace(/^.*\./, '')] = value;
      }
      return copy;
    });
  });

  it('is accounted for field by field, whatever the fields hold', () => {
    fc.assert(
      fc.property(spoiled, (data) => {
        const migration = migrateDeclaration(stringify(data), email);
        expect(unaccounted(data, migration)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('of sections that are no lists or groups is accounted for', () => {
    const section = fc.constantFrom<unknown>(null, 'x', 3, [], {}, { a: 1 }, [null, 'x', 1, [], {}, { name: 'sar1' }]);
    const file = fc.record({
      parameters: section,
      nodes: section,
      profiles: section,
      service_accounts: section,
      x: section,
    });
    fc.assert(
      fc.property(file, (data) => {
        const migration = migrateDeclaration(stringify(data), email);
        const told = new Set(migration.notes.map(({ field }) => field));
        const lost = unaccounted(data, migration).filter(({ path, value }) => !told.has(path) && !isEmpty(value));
        expect(lost).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('is read or refused in one sentence, whatever it is', () => {
    const line = fc.constantFrom(
      ...['parameters:', '  a: 1', '  a: 2', 'nodes:', '  - &x', '    name: hub', '  - *x', '  - <<: *x', '    <<: *x'],
      ...[
        'profiles: &p [*p]',
        'nodes: *none',
        '\t- a',
        '? [a, b]',
        ': c',
        '---',
        '...',
        '%YAML 1.1',
        '- '.repeat(5000),
      ],
      ...[
        'lab_profiles: !!python/object:os.system x',
        '__proto__: {a: 1}',
        '# \u001b[2J',
        '"',
        '{',
        '[',
        '| ',
        'a: &a {b: *a}',
      ],
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        try {
          const { text } = migrateDeclaration(lines.join('\n'));
          expect(text).not.toContain('\u001b');
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect(String(error)).toMatch(/^Failure: [^\n]+\.$/);
        }
      }),
      { numRuns: 100 },
    );
  });
});

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);
