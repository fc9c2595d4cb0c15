import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';

type Data = Record<string, unknown>;

const parameters: Data = {
  cost_tag_key: 'osl-billing',
  cost_tag_value: 'radar',
  admin_user_name: 'jdoe',
  admin_email_address: 'jdoe@example.org',
  certificate_arn: 'arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d',
};
const hub: Data = {
  name: 'hub',
  instance: 't3a.xlarge',
  min_number: 1,
  max_number: 1,
  node_policy: 'hub',
  is_hub: true,
};
const machine: Data = { name: 'sar1', instance: 'm6a.2xlarge', min_number: 0, max_number: 5, node_policy: 'user' };
const profile: Data = {
  name: 'SAR 1',
  image_name: 'sar',
  image_tag: 'latest',
  node_name: 'sar1',
  storage_capacity: '5Gi',
};
const file2022: Data = { parameters, nodes: [hub, machine], profiles: [profile] };

const migrate = (change: Data): Migration => migrateDeclaration(stringify({ ...file2022, ...change }));

const noteOf = ({ notes }: Migration, path: string): string =>
  notes
    .filter(({ field }) => field === path)
    .map(({ kind, message }) => `${kind}: ${message}`)
    .join(' / ');

describe('the hub', () => {
  it.each<[string, Data[], string, string, RegExp]>([
    ['is the one that says so', [machine, hub], 'nodes[0].is_hub', 'sar1, hub', /^$/],
    [
      'is the true one of two',
      [{ ...machine, is_hub: false }, hub],
      'nodes[0].is_hub',
      'sar1, hub',
      /^decision: It was left out/,
    ],
    [
      'is the one with the flag, whatever it says',
      [{ ...hub, is_hub: false }, machine],
      'nodes[0].is_hub',
      'hub, sar1',
      /^decision: It is true now/,
    ],
    [
      'is the one with the policy when none has the flag',
      [{ ...hub, is_hub: undefined }, machine],
      'nodes[0].is_hub',
      'hub, sar1',
      /^changed: It is true/,
    ],
  ])('%s', (_, nodes, path, names, note) => {
    const migration = migrate({ nodes });
    const found: { name: string; is_hub?: boolean }[] = parse(migration.text).nodes;
    expect(found.map(({ name }) => name).join(', ')).toBe(names);
    expect(found.filter(({ is_hub: isHub }) => isHub === true).map(({ name }) => name)).toEqual(['hub']);
    expect(noteOf(migration, path)).toMatch(note);
  });

  it('is for a person to choose when two say so', () => {
    const { nodes } = parse(migrate({ nodes: [hub, { ...machine, is_hub: true }] }).text);
    expect(nodes).toMatchObject([
      { name: 'hub', is_hub: true },
      { name: 'sar1', is_hub: true },
    ]);
  });
});

describe('what upstream’s reader let pass', () => {
  it('the last of two fields counts, and the first is told', () => {
    const text = stringify(file2022).replace(
      '  admin_user_name: jdoe\n',
      '  admin_user_name: ada\n  admin_user_name: bob\n',
    );
    const migration = migrateDeclaration(text);
    expect(parse(migration.text).parameters.admin_user_name).toBe('bob');
    expect(migration.notes).toContainEqual(
      expect.objectContaining({ kind: 'dropped', field: 'parameters.admin_user_name', line: 4 }),
    );
  });

  it('merges within merges', () => {
    const text = `${stringify({ parameters, profiles: [profile] })}nodes:
  - &a {name: hub, instance: t3a.xlarge, node_policy: hub, is_hub: True, min_number: 1, max_number: 1}
  - &b {<<: *a, name: sar1, node_policy: user, max_number: 3}
  - {<<: [*b, *a], name: sar2}
`;
    const { nodes } = parse(migrateDeclaration(text).text);
    expect(nodes[2]).toMatchObject({ name: 'sar2', node_policy: 'user', max_number: 3, instance: 't3a.xlarge' });
  });

  it.each<[Data, string]>([
    [{ profiles: { a: 1 } }, 'profiles'],
    [{ nodes: [hub, 'sar1'] }, 'nodes[1]'],
    [{ service_accounts: 'none of them' }, 'service_accounts'],
  ])('%j is no list of groups, which needs a decision', (change, path) => {
    expect(noteOf(migrate(change), path)).toMatch(/^decision: /);
  });

  it('classic and desktop at once', () => {
    const migration = migrate({ profiles: [{ ...profile, classic: true, desktop: true }] });
    expect(parse(migration.text).profiles[0]).toMatchObject({ classic: true });
    expect(parse(migration.text).profiles[0]).not.toHaveProperty('desktop');
    expect(noteOf(migration, 'profiles[0].desktop')).toMatch(/^decision: /);
  });

  it('snapshots that would go before their volumes', () => {
    const days = { days_till_volume_deletion: 365_000, days_till_snapshot_deletion: 46, lab_short_name: 'radar' };
    const migration = migrate({ parameters: { ...parameters, ...days } });
    expect(migration.version).toBe('2024');
    expect(parse(migration.text).storage).toMatchObject({ days_till_snapshot_deletion: 365_000 });
    expect(noteOf(migration, 'parameters.days_till_snapshot_deletion')).toContain('decision: 46 is 365000 now');
  });

  it.each([
    ['example.org/radar/sar', 'sar'],
    ['example.org:5000/radar/sar:2024-01-02', 'sar'],
    [`example.org/radar/sar:v1@sha256:${'0'.repeat(64)}`, 'sar'],
    [`sar@sha256:${'0'.repeat(64)}`, 'sar'],
    ['ghcr.example.org/radar/deployment-radar-container_sar:test', 'sar'],
  ])('image_url %s', (url, image) => {
    const { image_name: _, image_tag: __, ...rest } = profile;
    const migration = migrate({ profiles: [{ ...rest, image_url: url }] });
    expect(parse(migration.text).profiles[0]).toMatchObject({ image_name: image, image_tag: 'latest' });
  });
});

describe('what is given with an option', () => {
  it('is told when the file says otherwise', () => {
    const migration = migrateDeclaration(stringify(file2022), { admin_user_name: 'ada', az_suffix: 'b' });
    expect(parse(migration.text).parameters).toMatchObject({ admin_user_name: 'ada', az_suffix: 'b' });
    expect(noteOf(migration, 'parameters.admin_user_name')).toBe('changed: It is ada, as was asked for.');
    expect(noteOf(migration, 'parameters.az_suffix')).toBe('');
  });
});
