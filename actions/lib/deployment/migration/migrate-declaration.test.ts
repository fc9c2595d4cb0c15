import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryText } from '../../../../test/fixtures/example-deployment.ts';
import { Failure } from '../../failure.ts';
import { readDeployment } from '../read-deployment.ts';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';
import { renderMigrationReport } from './migration-report.ts';

const text2022 = repositoryText('test/fixtures/upstream/opensarlab-2022.yaml');
const text2024 = repositoryText('test/fixtures/upstream/opensciencelab-2024.yaml');
const email = { admin_email_address: 'jdoe@example.org' };

function replaced(text: string, ...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new RangeError(`The fixture has no ${from}.`);
    return result.replace(from, to);
  }, text);
}

function errorsOf({ name, text }: Migration): string[] {
  const { diagnostics } = readDeployment({
    file: `deployments/${name}/opensarlab.yaml`,
    name,
    text,
    images: ['helloworld', 'sar'],
    hooks: ['helloworld.sh', 'sar.sh'],
  });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ path, message }) => `${path}: ${message}`);
}

/** Kind and message of the note about a field; undefined when there is none. */
function noteOf({ notes }: Migration, field: string): string | undefined {
  const found = notes.filter((note) => note.field === field).map(({ kind, message }) => `${kind}: ${message}`);
  return found.length === 0 ? undefined : found.join(' / ');
}

describe('the round trip', () => {
  it('upstream’s file of 2022 becomes a valid declaration, without being asked for anything', () => {
    const migration = migrateDeclaration(text2022);
    expect(migration).toMatchObject({ version: '2022', name: 'radar', missing: [] });
    expect(errorsOf(migration)).toEqual([]);
    expect(parse(migration.text)).toMatchObject({
      aws: { account_id: '012345678901', region: 'us-west-2' },
      parameters: { cost_tag_value: 'radar', deployment_url: 'https://radar.example.org', az_suffix: 'a' },
      nodes: [
        { name: 'hub', is_hub: true },
        { name: 'sar1', root_volume_size: 100 },
      ],
      profiles: [{ name: 'SAR 1', image_tag: 'latest', cpu_limit: 4, default: true }],
      users: { sign_up: 'approval' },
    });
  });

  it('upstream’s file of 2024 becomes a valid declaration with the one thing it does not say', () => {
    expect(migrateDeclaration(text2024).missing).toEqual(['admin_email_address']);
    const migration = migrateDeclaration(text2024, email);
    expect(migration).toMatchObject({ version: '2024', missing: [] });
    expect(errorsOf(migration)).toEqual([]);
    expect(parse(migration.text)).toMatchObject({
      parameters: { deployment_url: 'https://radar.example.org', admin_email_address: 'jdoe@example.org' },
      nodes: [{ name: 'hub' }, { name: 'sar1', is_spot: false }],
      profiles: [{ name: 'SAR 1', desktop: false, service_account: 'archive-reader' }],
      service_accounts: [{ name: 'archive-reader', permissions: [{ Effect: 'Allow', Action: ['s3:GetObject'] }] }],
      storage: {
        days_till_volume_deletion: 10,
        days_till_snapshot_deletion: 60,
        days_after_server_stop_till_warning_email: [30, 45, 55],
      },
    });
  });

  it('keeps comments with their fields', () => {
    const { text } = migrateDeclaration(text2022);
    expect(text).toMatch(
      /^# yaml-language-server: [^\n]+\n---\n# The lab of the radar class; questions to ops@example.org\n/,
    );
    expect(text).toContain('  cost_tag_value: radar  # never change this\n');
    expect(text).toContain('\n\n  # Optional\n  ical_url: https://calendar.example.org/radar.ics?key=1&lang=en\n');
    expect(text).toContain("nodes:\n  # Everything but the users' servers\n  - name: hub  # Required\n");
    expect(text).toContain('    image_tag: latest  # the spring class\n');
    expect(text).toContain('# Changes go through the radar team.');
  });

  it.each([
    ['2022', text2022],
    ['2024', text2024],
  ])('every field of %s is in the new file or in a note', (_, text) => {
    const migration = migrateDeclaration(text, email);
    const result = parse(migration.text);
    const flat = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) =>
            flat(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`.replace(/^\./, '')),
          )
        : [path];
    const kept = new Set(flat(result, '').map((path) => path.replace(/\[\d+\]/, '')));
    const told = new Set(migration.notes.map(({ field }) => field));
    const lost = flat(parse(text), '').filter((path) => {
      const own = path.replace(/^lab_profiles/, 'profiles').replace(/\[\d+\]/, '');
      const parents = path.split(/(?=[.[])/).map((_, index, parts) => parts.slice(0, index + 1).join(''));
      return !kept.has(own) && !parents.some((parent) => told.has(parent));
    });
    expect(lost).toEqual([]);
  });
});

describe('what is changed', () => {
  it.each<[string, readonly (readonly [string, string])[], string, string]>([
    [
      'the scheme of the address',
      [['deployment_url: https://radar.example.org', 'deployment_url: Radar.example.org/']],
      'parameters.deployment_url',
      'https://radar.example.org',
    ],
    [
      'the words for the load balancer',
      [['deployment_url: https://radar.example.org', 'deployment_url: Load Balancer ']],
      'parameters.deployment_url',
      'load balancer',
    ],
    [
      'the case of the administrator',
      [['jdoe\n  admin_email', 'JDoe\n  admin_email']],
      'parameters.admin_user_name',
      'jdoe',
    ],
    ['a whole zone', [['az_suffix: a', 'az_suffix: us-west-2a']], 'parameters.az_suffix', 'a'],
    [
      'a calendar over webcal',
      [['ical_url: https', 'ical_url: webcal']],
      'parameters.ical_url',
      'https://calendar.example.org/radar.ics?key=1&lang=en',
    ],
    ['a small disk', [['root_volume_size: 100', 'root_volume_size: 16']], 'nodes[1].root_volume_size', '20'],
    ['the number of hubs', [['min_number: 1', 'min_number: 0']], 'nodes[0].min_number', '1'],
    ['binary memory', [['memory_limit: 16G', 'memory_limit: 16Gi']], 'profiles[0].memory_limit', '16G'],
    ['thousandths of CPUs', [['cpu_guarantee: 2', 'cpu_guarantee: 500m']], 'profiles[0].cpu_guarantee', '0.5'],
    ['bytes', [['storage_capacity: 500Gi', 'storage_capacity: 536870912000']], 'profiles[0].storage_capacity', '500Gi'],
    ['upper case in an image', [['image_name: sar', 'image_name: SAR']], 'profiles[0].image_name', 'sar'],
    ['YAML 1.1’s yes', [['classic: False', 'classic: yes']], 'profiles[0].classic', 'true'],
    ['a characters in a profile’s name', [['name: SAR 1', 'name: SAR 1 (large)']], 'profiles[0].name', 'SAR 1 large'],
    ['the name of the hub', [['name: hub', 'name: core']], 'nodes[0].name', 'hub'],
    ['a false is_hub, which upstream took for true', [['is_hub: True', 'is_hub: False']], 'nodes[0].is_hub', 'true'],
    ['a policy of one’s own', [['node_policy: user', 'node_policy: archive']], 'nodes[1].node_policy', 'user'],
  ])('%s', (_, changes, field, value) => {
    const migration = migrateDeclaration(replaced(text2022, ...changes));
    expect(errorsOf(migration)).toEqual([]);
    expect(noteOf(migration, field)).toBeDefined();
    const found = field
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduce<unknown>((at, part) => Reflect.get(Object(at), part), parse(migration.text));
    expect(String(found)).toBe(value);
  });

  it('the name when AWS would not take it, with a decision', () => {
    const migration = migrateDeclaration(replaced(text2022, ['cost_tag_value: radar ', 'cost_tag_value: Radar_2 ']));
    expect(migration.name).toBe('radar-2');
    expect(noteOf(migration, 'parameters.cost_tag_value')).toMatch(/^decision: "Radar_2" is "radar-2" now/);
    expect(noteOf(migration, 'parameters.container_namespace')).toMatch(/^decision: /);
    expect(errorsOf(migration)).toEqual([]);
  });

  it('anchors, merge keys and quoted numbers as PyYAML reads them', () => {
    const text = replaced(
      text2022,
      ['  - name: sar1\n', '  - &sar\n    name: sar1\n'],
      ['    root_volume_size: 100\n', "    root_volume_size: '100'\n\n  - <<: *sar\n    name: sar2\n"],
    );
    const migration = migrateDeclaration(text);
    expect(errorsOf(migration)).toEqual([]);
    const { nodes } = parse(migration.text);
    expect(nodes[1]).toEqual({
      name: 'sar1',
      instance: 'm5a.2xlarge, m5.2xlarge',
      min_number: 0,
      max_number: 25,
      node_policy: 'user',
      root_volume_size: 100,
    });
    expect(nodes[2]).toEqual({ ...nodes[1], name: 'sar2' });
  });

  it('image_url of later drafts', () => {
    const text = replaced(text2024, [
      '    image_name: sar\n    image_tag: b1f4e84\n',
      '    image_url: host.example.org:5000/radar/sar:2024-01-02\n',
    ]);
    const migration = migrateDeclaration(text, email);
    expect(parse(migration.text).profiles[0]).toMatchObject({ image_name: 'sar', image_tag: 'latest' });
    expect(errorsOf(migration)).toEqual([]);
  });

  it('warnings that were never sent', () => {
    const text = replaced(text2024, ['warning_email: 30,45, 55', 'warning_email: 30, 365000']);
    const migration = migrateDeclaration(text, email);
    expect(parse(migration.text).storage.days_after_server_stop_till_warning_email).toEqual([30]);
    expect(noteOf(migration, 'parameters.days_after_server_stop_till_warning_email')).toContain('left out');
  });

  it('what is given wins over the file', () => {
    const facts = {
      account_id: '999999999999',
      region: 'eu-west-1',
      name: 'radar-eu',
      deployment_url: 'https://eu.example.org',
    };
    const { aws, parameters } = parse(migrateDeclaration(text2022, facts).text);
    expect(aws).toEqual({ account_id: '999999999999', region: 'eu-west-1' });
    expect(parameters).toMatchObject({ cost_tag_value: 'radar-eu', deployment_url: 'https://eu.example.org' });
  });
});

describe('what is left out', () => {
  it('says why, for whom it matters first', () => {
    const lines = renderMigrationReport(migrateDeclaration(text2024, email));
    expect(lines[0]).toBe('Needs a decision:');
    expect(lines.indexOf('Changed:')).toBeGreaterThan(0);
    expect(lines.indexOf('Dropped:')).toBeGreaterThan(lines.indexOf('Changed:'));
    expect(lines.at(-2)).toMatch(/^As it was: \d+ fields\.$/);
    expect(lines).toContain(
      '  parameters.eks_version (line 18): cluster/versions.yaml pins the versions of all deployments.',
    );
  });

  it('unknown fields and sections', () => {
    const text = `${replaced(text2022, ['  az_suffix: a', '  az_suffix: a\n  colour: red'])}\nextras:\n  a: 1\n`;
    const migration = migrateDeclaration(text);
    expect(noteOf(migration, 'parameters.colour')).toMatch(/^decision: /);
    expect(noteOf(migration, 'extras')).toMatch(/^decision: /);
    expect(errorsOf(migration)).toEqual([]);
  });

  it('values that are lists where one value belongs', () => {
    const migration = migrateDeclaration(
      replaced(text2022, ['description: Basic SAR, 6 to 16 GB of memory', 'description: [a, b]']),
    );
    expect(noteOf(migration, 'profiles[0].description')).toMatch(/^decision: /);
  });

  it('a second default profile and a profile’s lost node', () => {
    const second =
      '  - name: SAR 2\n    description: x\n    image_name: sar\n    image_tag: latest\n    storage_capacity: 1Gi\n    node_name: gone\n    default: True\n# Changes';
    const migration = migrateDeclaration(replaced(text2022, ['# Changes', second]));
    expect(noteOf(migration, 'profiles[1].default')).toMatch(/^decision: /);
    expect(noteOf(migration, 'profiles[1].node_name')).toMatch(/^decision: There is no node "gone"/);
  });

  it('is asked for when nothing says it', () => {
    const bare = 'parameters:\n  cost_tag_value: radar\nnodes: []\nprofiles: []\n';
    expect(migrateDeclaration(bare).missing).toEqual([
      'account_id',
      'region',
      'cost_tag_key',
      'admin_user_name',
      'admin_email_address',
    ]);
    expect(migrateDeclaration('parameters: {}\nnodes: []').missing).toContain('name');
  });
});

describe('files that are none', () => {
  it.each([
    ['ours', 'aws: {region: us-west-2}\nparameters: {}\nnodes: []\n', 'UpstreamFileUnknown'],
    ['something else', 'hello: world\n', 'UpstreamFileUnknown'],
    ['nothing', '', 'UpstreamFileUnknown'],
    ['a list', '- a\n', 'UpstreamFileUnknown'],
    ['no YAML', 'a: [b\n', 'UpstreamFileUnreadable'],
    ['a very large text', `a: ${'x'.repeat(2_000_000)}`, 'UpstreamFileUnreadable'],
  ])('%s', (_, text, code) => {
    expect(() => migrateDeclaration(text)).toThrow(expect.objectContaining({ code }));
  });

  it('never fails otherwise, whatever a field holds', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant([1, { a: 2 }]),
      fc.constant({ __proto__: 1 }),
    );
    const fields = [...text2022.matchAll(/^ +(?:- )?([a-z_]+): [^\n]+$/gm)].map(([line]) => line);
    fc.assert(
      fc.property(fc.constantFrom(...fields), scalar, (line, value) => {
        const text = text2022.replace(line, `${line.slice(0, line.indexOf(':'))}: ${JSON.stringify(value)}`);
        try {
          expect(migrateDeclaration(text).text).toContain('# yaml-language-server');
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 200 },
    );
  });
});
