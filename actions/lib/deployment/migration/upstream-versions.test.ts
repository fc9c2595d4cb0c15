import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDeployment } from '../read-deployment.ts';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';
import { renderMigrationReport } from './migration-report.ts';

const email = { admin_email_address: 'a@example.org' };
const all = {
  account_id: '123456789012',
  region: 'us-west-2',
  cost_tag_key: 'osl-billing',
  admin_user_name: 'jdoe',
  ...email,
};
const surroundings = { images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] };

function errorsOf({ name, text }: Migration): string[] {
  const { diagnostics } = readDeployment({ file: `deployments/${name}/opensarlab.yaml`, name, text, ...surroundings });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

const noteOf = ({ notes }: Migration, path: string): string =>
  notes
    .filter(({ field }) => field === path)
    .map(({ kind, message }) => `${kind}: ${message}`)
    .join(' / ');

/** As upstream's tag v3.0 has it: a lab of the Portal, with a section that is still called profiles. */
const v3 = `---
parameters:
  lab_short_name: mylab
  cost_tag_key: osl-billing
  cost_tag_value: sar
  admin_user_name: jdoe
  certificate_arn: arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d-1111-2222-3333-444455556666
  container_namespace: sar
  lab_domain: https://sar.example.org
  portal_domain: https://portal.example.org
  utc_hour_of_day_snapshot_cron_runs: 10
  days_after_server_stop_till_deletion_email: 46
  days_till_volume_deletion: 5
nodes:
  - {name: hub, instance: t3a.xlarge, min_number: 1, max_number: 1, node_policy: hub, is_hub: true}
  - {name: sar1, instance: m6a.2xlarge, min_number: 0, max_number: 5, node_policy: user}
profiles:
  - name: SAR 1
    description: SAR
    image_name: sar
    image_tag: abc1234
    hook_script: sar.sh
    storage_capacity: 500Gi
    node_name: sar1
    desktop: True
`;

describe('tag v3.0', () => {
  const migration = migrateDeclaration(v3, email, surroundings);

  it('keeps its profiles', () => {
    expect(parse(migration.text).profiles).toMatchObject([
      { name: 'SAR 1', image_name: 'sar', image_tag: 'latest', hook_script: 'sar.sh', node_name: 'sar1' },
    ]);
    expect(errorsOf(migration)).toEqual([]);
  });

  it('says nothing of sections and lines that it does not have', () => {
    const report = renderMigrationReport(migration).join('\n');
    expect(report).not.toMatch(/lab_profiles|no such section/);
    expect(report).not.toMatch(/services of the cluster|mail is sent when/);
    expect(noteOf(migration, 'profiles[0].desktop')).toContain('jupyter-remote-desktop-proxy');
  });

  it('with lab_profiles beside it keeps both', () => {
    const more = `${v3}lab_profiles:\n  - {name: SAR 2, description: d, image_name: sar, image_tag: x, storage_capacity: 1Gi, node_name: sar1}\n`;
    const both = migrateDeclaration(more, email, surroundings);
    expect(parse(both.text).profiles.map(({ name }: { name: string }) => name)).toEqual(['SAR 1', 'SAR 2']);
    expect(noteOf(both, 'lab_profiles')).toBe('changed: The section is called profiles now.');
  });

  it('with entries under their names, as nobody wrote them before 2025', () => {
    const named = v3.replace(
      /profiles:\n[\s\S]*/,
      'profiles:\n  SAR 1: {description: d, image_name: sar, node_name: sar1}\n',
    );
    const migrated = migrateDeclaration(named, email, surroundings);
    expect(parse(migrated.text).profiles).toMatchObject([{ name: 'SAR 1', image_tag: 'latest', node_name: 'sar1' }]);
  });
});

describe('references', () => {
  const profile = (lines: string): Migration => {
    const text = v3.replace(
      / {2}- name: SAR 1\n[\s\S]*/,
      `  - name: SAR 1\n    description: d\n    storage_capacity: 5Gi\n${lines}`,
    );
    return migrateDeclaration(text, email, surroundings);
  };

  it.each([
    [
      'the only node in place of one that is gone',
      'node_name: gone',
      'node_name',
      'sar1',
      /^decision: There is no node "gone" for users\. It is "sar1"/,
    ],
    [
      'a node by its letters and digits',
      'node_name: SAR_1',
      'node_name',
      'sar1',
      /^changed: The node is called "sar1" now/,
    ],
    [
      'the hub is no node for users',
      'node_name: hub',
      'node_name',
      'sar1',
      /^decision: There is no node "hub" for users/,
    ],
    ['an image by its letters and digits', 'image_name: SAR', 'image_name', 'sar', /^changed: /],
    [
      'an image without a folder',
      'image_name: servir',
      'image_name',
      'servir',
      /^decision: There is no folder for it here: bring it to images\/servir/,
    ],
    [
      'a script that is not there',
      'hook_script: servir.sh',
      'hook_script',
      undefined,
      /^decision: There is no servir\.sh in/,
    ],
    ['a script with a folder before it', 'hook_script: hooks/sar.sh', 'hook_script', 'sar.sh', /^changed: /],
    [
      'a service account that is not there',
      'service_account: x',
      'service_account',
      undefined,
      /^decision: There is no service account/,
    ],
    ['a tag of another build', 'image_tag: "e1"', 'image_tag', 'latest', /^changed: "e1" is "latest" now/],
  ])('%s', (_, line, field, value, note) => {
    const migration = profile(`    ${line}\n`);
    expect(parse(migration.text).profiles[0][field]).toBe(value);
    expect(noteOf(migration, `profiles[0].${field}`)).toMatch(note);
  });

  it('outside of a checkout scripts and images stay as they are called', () => {
    const text = v3
      .replace('hook_script: sar.sh', 'hook_script: mine.sh')
      .replace('image_name: sar', 'image_name: mine');
    const migration = migrateDeclaration(text, email);
    expect(parse(migration.text).profiles[0]).toMatchObject({ image_name: 'mine', hook_script: 'mine.sh' });
  });

  it('an identity in SES that does not cover the address that was asked for', () => {
    const arn =
      '  admin_email_address: b@example.com\n  admin_email_address_sns_arn: arn:aws:ses:us-west-2:123456789012:identity/example.com\n';
    const text = v3.replace('  portal_domain', `${arn}  portal_domain`);
    expect(parse(migrateDeclaration(text).text).parameters.admin_email_address_sns_arn).toContain('example.com');
    const migration = migrateDeclaration(text, email, surroundings);
    expect(errorsOf(migration)).toEqual([]);
    expect(noteOf(migration, 'parameters.admin_email_address_sns_arn')).toMatch(
      /^decision: It was left out: "example.com"/,
    );
  });
});

describe('2025', () => {
  const toml = `# The labs
[ lab_profiles."m6a.large" ]
description = 'Hello \\n'  # plain
image_url = "ghcr.io/asf/deployment-opensarlab-container_sar:test"
node = "m6a-large"

[nodes.core]
required = true
node_type = "core"
instance = ["t3a.large"]
group_min_size = 1
group_max_size = 1
[nodes.m6a-large]
node_type = "user"
instance = [
  "m6a.large", # first
  "m5a.large",
]
group_min_size = 0
group_max_size = 1_0
labels = { a.b = "c", d = [1, 2] }
`;

  it('TOML has named entries', () => {
    const migration = migrateDeclaration(toml, { ...all, name: 'radar' }, surroundings);
    expect(migration).toMatchObject({ version: '2025', missing: [] });
    const { nodes, profiles } = parse(migration.text);
    expect(nodes).toMatchObject([
      { name: 'hub', is_hub: true, node_policy: 'hub', instance: 't3a.large' },
      { name: 'm6alarge', node_policy: 'user', instance: 'm6a.large, m5a.large', min_number: 0, max_number: 10 },
    ]);
    expect(profiles).toMatchObject([
      {
        name: 'm6a.large',
        description: 'Hello \\n',
        image_name: 'sar',
        node_name: 'm6alarge',
        storage_capacity: '10Gi',
      },
    ]);
    expect(migration.text).toContain('# plain');
    expect(noteOf(migration, 'nodes.m6a-large.labels')).toMatch(/^decision: /);
  });

  it.each([
    ['a = "b', 'line 1: Unterminated string constant'],
    ['[nodes.core]\nx = 1\nx = 2', 'line 3: Defining a key multiple times'],
    ['[nodes.core]\n[nodes.core]', 'line 2: Defining a key multiple times'],
    ['[nodes]\na = 1\n[nodes.a.b]', 'line 3: Defining a key multiple times'],
    ['[nodes.core]\nx = 1 y = 2', 'line 2: Must be a newline'],
    ['[nodes.core]\nx =', 'line 2: Unspecified values'],
    ['[nodes.core]\nx = word', 'line 2'],
    [`x = ${'['.repeat(60_000)}${']'.repeat(60_000)}`, 'nested too deeply'],
    ['export LAB_SHORT_NAME="x', 'line 1: a text in quotes does not end'],
    ['export LAB_SHORT_NAME=x\nrm -rf /', 'line 2: it is no line of the form NAME=value'],
  ])('%j is refused with its reason', (text, reason) => {
    expect(() => migrateDeclaration(text)).toThrow(expect.objectContaining({ code: 'UpstreamFileUnreadable' }));
    expect(() => migrateDeclaration(text)).toThrow(reason);
  });

  it.each(['[package]\nname = "x"\n', 'export PATH=/bin\n', 'NODE_ENV=production\n'])(
    '%j is no file of upstream’s',
    (text) => {
      expect(() => migrateDeclaration(text)).toThrow(expect.objectContaining({ code: 'UpstreamFileUnknown' }));
    },
  );

  it('of several labs in a file the name chooses one, and the others are named', () => {
    const labs = `[one]\n[two]\nenvironment = "lab"\n[[two.nodes]]\nname = "core"\n[defaults]\n[[defaults.nodes]]\nname = "other"\n`;
    const migration = migrateDeclaration(labs, { ...all, name: 'two' });
    expect(parse(migration.text).nodes).toMatchObject([{ name: 'hub' }]);
    expect(noteOf(migration, 'one')).toBe('decision: It is another lab: migrate it on its own, with --name one.');
    expect(noteOf(migration, 'defaults.nodes')).toBe('dropped: The lab two has its own.');
  });

  it('warnings count from the stop of a server, and the other administrators are named', () => {
    const text =
      'LAB_SHORT_NAME=radar\nADMIN_USERS="Ada, bob"\nDAYS_TILL_SNAPSHOT_DELETION=7\nSNAPSHOT_WARNING_DAYS="5,3,1"\n';
    const migration = migrateDeclaration(text, all);
    const { parameters, storage } = parse(migration.text);
    expect(parameters).toMatchObject({ admin_user_name: 'jdoe', cost_tag_value: 'radar' });
    expect(storage).toMatchObject({ days_after_server_stop_till_warning_email: [2, 4, 6] });
    expect(noteOf(migration, 'ADMIN_USERS')).toContain('left out: "bob"');
  });
});
