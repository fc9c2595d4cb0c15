import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { catalogueSources, deploymentOf, exampleText } from '../../../test/fixtures/example-deployment.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import { type RenderedFile, renderOverlay } from '../stacks/render.ts';
import { type FormerText, mirrorRows } from './mirror-rows.ts';
import { blobId, type Tree, treePath } from './tree.ts';

type Declaration = Record<string, unknown>;

const sources = catalogueSources();
const start = load(exampleText) as Declaration;

/** What the declaration renders into `NAME-cluster`; undefined for one that is not valid. */
function render(declaration: Declaration): RenderedFile[] | undefined {
  const text = dump(declaration);
  try {
    const deployment = deploymentOf(text);
    const stacks = stacksOf(deployment, sources);
    return renderOverlay(deployment, { stacks, declaration: text, versions: sources.versions }).cluster;
  } catch {
    return undefined;
  }
}

const treeOf = (files: readonly RenderedFile[]): Tree =>
  new Map(files.map(({ path, mode, text }) => [treePath(path), { mode, id: blobId(Buffer.from(text)) }]));

function rowsBetween(from: readonly RenderedFile[], to: readonly RenderedFile[]): PlanRow[] {
  const former = new Map<string, FormerText>(from.map(({ path, text }) => [treePath(path), { is: 'text', text }]));
  return mirrorRows({ repository: 'sar-cluster', before: treeOf(from), after: treeOf(to), former }, to);
}

type Entry = Record<string, unknown>;
type Edit = { what: string; make(declaration: Declaration): void };

function profile(name: string, more: Entry = {}): Entry {
  return { ...entryOf(start, 'profiles', 'SAR 1'), name, description: `The profile ${name}`, ...more };
}

const listOf = (declaration: Declaration, section: string): Entry[] => (declaration[section] ?? []) as Entry[];

function entryOf(declaration: Declaration, section: string, name: string): Entry {
  const found = listOf(declaration, section).find((entry) => entry['name'] === name);
  if (found === undefined) throw new RangeError(name);
  return found;
}

function set(section: string, key: string, value: unknown): Edit {
  const make = (declaration: Declaration): void => {
    declaration[section] = { ...(declaration[section] as Entry), [key]: value };
  };
  return { what: `${section}.${key} = ${JSON.stringify(value)}`, make };
}

function setIn(section: string, name: string, key: string, value: unknown): Edit {
  const make = (declaration: Declaration): void => {
    entryOf(declaration, section, name)[key] = value;
  };
  return { what: `${section} ${name}.${key} = ${JSON.stringify(value)}`, make };
}

function add(section: string, entry: Entry): Edit {
  const make = (declaration: Declaration): void => {
    declaration[section] = [...listOf(declaration, section), entry];
  };
  return { what: `${section} + ${entry['name']}`, make };
}

function addTo(section: string, key: string, value: unknown): Edit {
  const make = (declaration: Declaration): void => {
    const entries = declaration[section] as Entry;
    declaration[section] = { ...entries, [key]: [...((entries[key] ?? []) as unknown[]), value] };
  };
  return { what: `${section}.${key} + ${value}`, make };
}

function remove(section: string, name: string): Edit {
  const make = (declaration: Declaration): void => {
    declaration[section] = listOf(declaration, section).filter((entry) => entry['name'] !== name);
  };
  return { what: `${section} - ${name}`, make };
}

function unprotect(declaration: Declaration): void {
  declaration['protected'] = false;
}

const account = (name: string): Entry => ({
  name,
  namespace: 'jupyter',
  permissions: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` }],
});

/** Edits that anybody could propose, no two of which are about the same. */
const edits: readonly Edit[] = [
  set('parameters', 'ical_url', 'https://calendar.example.org/a.ics'),
  set('parameters', 'admin_email_address', 'else@example.org'),
  setIn('nodes', 'small', 'max_number', 7),
  setIn('nodes', 'small', 'instance', 'm6a.large'),
  setIn('nodes', 'sar1', 'max_number', 3),
  setIn('nodes', 'sar1', 'root_volume_size', 200),
  setIn('nodes', 'sar1', 'is_spot', true),
  add('nodes', { name: 'gpu', instance: 'm5.large', min_number: 0, max_number: 2, node_policy: 'user' }),
  add('nodes', { name: 'big', instance: 'm5.xlarge', min_number: 0, max_number: 3, node_policy: 'user' }),
  setIn('profiles', 'SAR 1', 'memory_limit', '28G'),
  setIn('profiles', 'SAR 1', 'description', 'Another text'),
  setIn('profiles', 'SAR 1', 'image_tag', '0123abc'),
  setIn('profiles', 'Hello World', 'memory_limit', '2G'),
  add('profiles', profile('Class A')),
  add('profiles', profile('Class B', { image_name: 'helloworld' })),
  add('profiles', profile('Class C', { node_name: 'small', hook_script: 'helloworld.sh' })),
  add('groups', { name: 'first', all_users: false }),
  add('groups', { name: 'second', all_users: true }),
  setIn('groups', 'Hello_World', 'all_users', false),
  set('users', 'sign_up', 'approval'),
  addTo('users', 'allowed_emails', 'ada@example.org'),
  addTo('users', 'allowed_emails', 'bob@example.org'),
  addTo('users', 'allowed_email_domains', 'example.edu'),
  addTo('network', 'eks_public_access_cidrs', '203.0.113.0/24'),
  addTo('network', 'eks_public_access_cidrs', '198.51.100.0/24'),
  addTo('aws', 'cluster_admin_arns', 'arn:aws:iam::123456789012:role/ops'),
  addTo('aws', 'cluster_admin_arns', 'arn:aws:iam::123456789012:role/others'),
  add('service_accounts', account('archive')),
  add('service_accounts', account('results')),
  set('storage', 'days_till_volume_deletion', 9),
  addTo('storage', 'days_after_server_stop_till_warning_email', 44),
  set('retain', 'final_snapshots', true),
  set('retain', 'logs', false),
];

const after = (...made: readonly Edit[]): RenderedFile[] | undefined => {
  const declaration = structuredClone(start);
  for (const edit of made) edit.make(declaration);
  return render(declaration);
};

const identity = (row: PlanRow): string => JSON.stringify([row.item, row.type, row.property, row.act, row.after]);

const base = after() ?? [];

/** Rows of both together, and of the second when the first is there already, that neither showed. */
function extraRows(first: readonly Edit[], second: readonly Edit[]): PlanRow[] | undefined {
  const [a, b, both] = [after(...first), after(...second), after(...first, ...second)];
  if (!a || !b || !both) return undefined;
  const shown = [rowsBetween(base, a), rowsBetween(base, b)].map((rows) => new Set(rows.map(identity)));
  return [
    ...rowsBetween(base, both).filter((row) => !shown.some((rows) => rows.has(identity(row)))),
    ...rowsBetween(a, both).filter((row) => !shown[1]?.has(identity(row))),
  ];
}

describe('two proposals that are merged together or one after the other', () => {
  test('need nothing that neither showed', { timeout: 240_000 }, () => {
    let valid = 0;
    fc.assert(
      fc.property(fc.shuffledSubarray([...edits], { minLength: 2, maxLength: 6 }), fc.nat(), (chosen, at) => {
        const split = 1 + (at % (chosen.length - 1));
        const extra = extraRows(chosen.slice(0, split), chosen.slice(split));
        fc.pre(extra !== undefined);
        valid += 1;
        expect(extra).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(valid).toBe(60);
  });

  test('every edit is a valid declaration and is seen, in any file that it reaches', () => {
    for (const edit of edits) expect(rowsBetween(base, after(edit) ?? []), edit.what).not.toEqual([]);
  });

  /** What only shows when both are there: rows that a person has to see first. */
  test.each<[string, Edit, Edit, string[]]>([
    [
      'two halves of one protection',
      set('retain', 'cognito', false),
      { what: 'protected: false', make: unprotect },
      [
        '/parameters/DeletionProtection',
        '/parameters/DeletionProtection/afterwards',
        '/parameters/DeletionProtection/creation',
      ],
    ],
    [
      'the last two profiles of a group',
      remove('profiles', 'Two'),
      remove('profiles', 'Three'),
      ['/custom/groups/[name=shared]'],
    ],
    [
      'two settings that something derived needs both of',
      set('parameters', 'deployment_url', 'https://else.example.org'),
      set('network', 'hosted_zone_id', 'Z0123456789ABCDEFGHIJ'),
      ['/parameters/CertificateHost'],
    ],
  ])('a genuine interaction, %s, is in neither approval', (_, first, second, expected) => {
    const declaration = structuredClone(start);
    declaration['protected'] = true;
    delete (declaration['parameters'] as Entry)['certificate_arn'];
    listOf(declaration, 'profiles').push(profile('Two', { group: 'shared' }), profile('Three', { group: 'shared' }));
    const rendered = (...made: readonly Edit[]): RenderedFile[] => {
      const edited = structuredClone(declaration);
      for (const edit of made) edit.make(edited);
      return render(edited) ?? [];
    };
    const before = rendered();
    expect(before).not.toEqual([]);
    const approved = new Set(
      [rendered(first), rendered(second)].flatMap((files) => rowsBetween(before, files)).map(identity),
    );
    const extra = rowsBetween(before, rendered(first, second)).filter((row) => !approved.has(identity(row)));
    expect(extra.map(({ property }) => property)).toEqual(expected);
  });
});

describe('what a row says', () => {
  const tree = (files: Record<string, string>): Tree =>
    new Map(Object.entries(files).map(([path, id]) => [path, { mode: '100644', id }]));
  const place = 'sar-cluster';
  const rows = (before: Tree, to: Tree, upstream?: { url: string; commit: string; tree: Tree }): PlanRow[] =>
    mirrorRows({ repository: place, before, after: to, former: new Map(), ...(upstream && { upstream }) }, []);

  test('a file is its mode and blob, and one that goes is only that', () => {
    const to = new Map([...tree({ a: '1', b: '2' }), ['c', { mode: '100755', id: '3' }] as const]);
    const about = { place, type: 'file', property: '' };
    expect(rows(tree({ a: '1', b: '1', c: '3', d: '4' }), to)).toEqual([
      { ...about, item: 'b', act: 'change', after: '{"blob":"2","mode":"100644"}' },
      { ...about, item: 'c', act: 'change', after: '{"blob":"3","mode":"100755"}' },
      { ...about, item: 'd', act: 'remove' },
    ]);
  });

  test('names that are no UTF-8 are never the same item', () => {
    const found = rows(tree({}), tree({ 'x\xe9': '1', 'x\xe8': '1' }));
    expect(new Set(found.map(({ item, property }) => `${item} ${property}`)).size).toBe(2);
  });

  test('another upstream is one row, with what is laid over it; files that are upstream’s follow from it', () => {
    const upstream = {
      url: 'https://example.org/a.git',
      commit: 'c'.repeat(40),
      tree: tree({ a: '2', b: '2', d: '2' }),
    };
    const found = rows(tree({ a: '1', b: '1', c: '1', d: '1' }), tree({ a: '2', b: '9' }), upstream);
    expect(found.map(({ item, act }) => `${item} ${act}`)).toEqual(['upstream change', 'b change', 'd remove']);
    expect(found[0]?.after).toBe(`{"commit":"${'c'.repeat(40)}","url":"https://example.org/a.git"}`);
  });

  test('a template is left out only where it is the text of the stack', () => {
    const path = 'opensarlab/stacks/sar-cluster.yaml';
    const rendered: RenderedFile[] = [{ path, text: 'Resources: {}\n', mode: '100644', form: 'template' }];
    const exact = new Map([[path, { mode: '100644', id: blobId(Buffer.from('Resources: {}\n')) }]]);
    const between = (to: Tree) =>
      mirrorRows({ repository: place, before: tree({ [path]: '1' }), after: to, former: new Map() }, rendered);
    expect(between(exact)).toEqual([]);
    expect(between(tree({ [path]: '2' }))).toMatchObject([{ type: 'file', item: path }]);
    expect(between(new Map([[path, { mode: '100755', id: blobId(Buffer.from('Resources: {}\n')) }]]))).toHaveLength(1);
    expect(between(new Map())).toMatchObject([{ type: 'file', item: path, act: 'remove' }]);
  });

  test('configuration where a link or something executable stood counts as a whole', () => {
    const text = 'a: 1\n';
    const rendered: RenderedFile[] = [{ path: 'v.yaml', text, mode: '100644', form: 'yaml' }];
    const difference = { repository: place, before: tree({ 'v.yaml': '1' }), after: treeOf(rendered) };
    const former = new Map<string, FormerText>([['v.yaml', { is: 'other' }]]);
    expect(mirrorRows({ ...difference, former }, rendered).map(({ property }) => property)).toEqual([
      '',
      '/a',
      '[unreadable]',
    ]);
  });
});
