import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import { readDeployment } from '../read-deployment.ts';
import { checks } from './checks.ts';

type Replacement = readonly [from: string, to: string];

const arn = 'arn:aws:acm:us-west-2:123456789012:certificate/';
const sarNode = '  - name: sar1\n    instance';
const ses = 'arn:aws:ses:us-west-2:123456789012:identity/';
const s3 = 'user_whitelist_bucket: lists\n  user_whitelist_csv: people.csv';
const nodes = exampleText.slice(exampleText.indexOf('nodes:\n'), exampleText.indexOf('profiles:\n'));
const statement = 'service_accounts:\n  - {name: reader, permissions: [{Effect: Allow, Resource: "*"}]}\n';
const manyAddresses = Array.from({ length: 100 }, (_, index) => `somebody-with-a-long-name-${index}@example.org`);

/** One breach of each rule: its code, where the finding points, and the replacements in the example that make it. */
const breaches: readonly (readonly [code: string, path: string, ...Replacement[]])[] = [
  ['OSL101', '/parameters/cost_tag_value', ['cost_tag_value: example', 'cost_tag_value: other']],
  ['OSL102', '/parameters/cost_tag_value', ['cost_tag_value: example', `cost_tag_value: ${'x'.repeat(23)}`]],
  ['OSL103', '/parameters/cost_tag_value', ['cost_tag_value: example', 'cost_tag_value: lab-cluster']],
  ['OSL104', '/parameters/cost_tag_value', ['cost_tag_value: example', 'cost_tag_value: my-aws-lab']],
  ['OSL104', '/parameters/cost_tag_value', ['cost_tag_value: example', 'cost_tag_value: internal-lab']],
  [
    'OSL105',
    '/parameters/container_namespace',
    ['cost_tag_value: example', 'cost_tag_value: example\n  container_namespace: other'],
  ],
  ['OSL106', '/parameters/code_commit_repo_name', ['parameters:', 'parameters:\n  code_commit_repo_name: example']],
  ['OSL106', '/parameters/code_commit_branch_name', ['parameters:', 'parameters:\n  code_commit_branch_name: prod']],
  [
    'OSL107',
    '/parameters/ical_url',
    ['# ical_url: https://calendar.example.org/', 'ical_url: https://calendar.example.org:8443/'],
  ],
  ['OSL108', '/aws/region', ['region: us-west-2', 'region: ca-west-1']],
  ['OSL110', '/parameters/user_whitelist_bucket', ['parameters:', `parameters:\n  ${s3}`]],
  ['OSL111', '/parameters/certificate_arn', [arn, arn.replace('us-west-2', 'us-east-1')]],
  ['OSL111', '/parameters/certificate_arn', [arn, arn.replace('123456789012', '210987654321')]],
  ['OSL111', '/parameters/certificate_arn', [arn, arn.replace('arn:aws:', 'arn:aws-cn:')]],
  ['OSL111', '/aws/cluster_admin_arns/0', ['# cluster_admin_arns: [arn:aws:', 'cluster_admin_arns: [arn:aws-cn:']],
  [
    'OSL111',
    '/service_accounts/0/permissions/0/Resource',
    ['groups:', `${statement.replace('"*"', '"arn:aws-us-gov:s3:::archive"')}groups:`],
  ],
  ['OSL112', '/network/second_az_suffix', ['network:', 'network:\n  second_az_suffix: a']],
  ['OSL113', '/parameters/deployment_url', ['https://example.opensarlab', 'http://example.opensarlab']],
  ['OSL113', '/parameters/deployment_url', ['opensarlab.example.org    #', 'opensarlab.example.org/ #']],
  ['OSL113', '/parameters/deployment_url', ['opensarlab.example.org    #', 'opensarlab.example.org/lab #']],
  ['OSL113', '/parameters/deployment_url', ['https://example.opensarlab.example.org', 'https://Example']],
  [
    'OSL114',
    '/parameters/deployment_url',
    ['https://example.opensarlab.example.org', 'load balancer'],
    ['  certificate_arn', '  # certificate_arn'],
  ],
  ['OSL115', '/parameters/deployment_url', ['https://example.opensarlab.example.org', 'load balancer']],
  ['OSL113', '/parameters/deployment_url', ['opensarlab.example.org    #', 'opensarlab.example.org:70000 #']],
  ['OSL116', '/parameters/admin_email_address_sns_arn', [`${ses}example.org`, `${ses}mail.example.org`]],
  ['OSL116', '/parameters/admin_email_address_sns_arn', [`${ses}example.org`, `${ses}ample.org`]],
  ['OSL116', '/parameters/admin_email_address_sns_arn', [`${ses}example.org`, `${ses}other@example.org`]],
  ['OSL117', '/aws/region', ['region: us-west-2', 'region: us-wset-2']],
  ['OSL118', '/aws/region', ['region: us-west-2', 'region: us-west-7']],
  ['OSL119', '/parameters/user_whitelist_csv', ['parameters:', 'parameters:\n  user_whitelist_csv: people.csv']],
  [
    'OSL120',
    '/parameters/user_whitelist_bucket',
    ['parameters:', `parameters:\n  ${s3}`],
    ['sign_up: closed', 'sign_up: approval'],
  ],
  [
    'OSL121',
    '/nodes',
    ['    is_hub: true\n', ''],
    ['  - name: hub', '  - name: core'],
    ['node_policy: hub', 'node_policy: user'],
  ],
  ['OSL121', '/nodes/1/is_hub', ['    min_number: 0 ', '    is_hub: true\n    min_number: 0 ']],
  ['OSL122', '/nodes/0/max_number', ['    max_number: 1', '    max_number: 2']],
  ['OSL122', '/nodes/0/name', ['  - name: hub', '  - name: core']],
  ['OSL122', '/nodes/0/is_spot', ['    is_hub: true', '    is_hub: true\n    is_spot: true']],
  [
    'OSL123',
    '/nodes/2/node_policy',
    ['    node_policy: user\n    root_volume_size', '    node_policy: hub\n    root_volume_size'],
  ],
  ['OSL124', '/nodes/2/name', [sarNode, '  - name: Small\n    instance']],
  ['OSL125', '/nodes/2/min_number', ['min_number: 0\n    max_number: 20', 'min_number: 21\n    max_number: 20']],
  ['OSL126', '/profiles/1/node_name', ['node_name: sar1', 'node_name: sar2']],
  ['OSL126', '/profiles/0/node_name', ['node_name: small', 'node_name: hub']],
  ['OSL127', '/nodes/2/min_number', ['min_number: 0\n    max_number: 20', 'min_number: 1\n    max_number: 20']],
  ['OSL128', '/nodes/2/instance', ['m6a.2xlarge', 'm6a.2xlrge']],
  ['OSL128', '/nodes/2/instance', ['m6a.2xlarge', 'm66a.2xlarge']],
  ['OSL129', '/nodes/2/instance', ['m6a.2xlarge', 'm6g.2xlarge']],
  ['OSL130', '/nodes/2/instance', ['m6a.2xlarge', 'm10a.2xlarge']],
  ['OSL131', '/profiles/1/name', ['name: SAR 1', 'name: Hello_World']],
  ['OSL131', '/profiles/1/name', ['name: SAR 1', 'name: hello-world']],
  ['OSL132', '/profiles/1/name', ['name: SAR 1', 'name: sudo']],
  ['OSL133', '/profiles/0/memory_guarantee', ['memory_guarantee: 1G', 'memory_guarantee: 3.5G']],
  ['OSL133', '/profiles/1/cpu_guarantee', ['cpu_guarantee: 1', 'cpu_guarantee: 9']],
  ['OSL134', '/profiles/1/storage_capacity', ['storage_capacity: 500Gi', 'storage_capacity: 500Mi']],
  ['OSL134', '/profiles/1/storage_capacity', ['storage_capacity: 500Gi', 'storage_capacity: 65Ti']],
  ['OSL135', '/profiles/1/default', ['hook_script: sar.sh', 'hook_script: sar.sh\n    default: true']],
  ['OSL136', '/profiles/1/image_name', ['image_name: sar', 'image_name: tsar']],
  ['OSL137', '/profiles/1/hook_script', ['hook_script: sar.sh', 'hook_script: tsar.sh']],
  [
    'OSL138',
    '/profiles/1/desktop',
    ['hook_script: sar.sh', 'hook_script: sar.sh\n    desktop: true\n    classic: true'],
  ],
  ['OSL151', '/profiles/1/memory_limit', ['memory_limit: 30G', 'memory_limit: 33G']],
  ['OSL151', '/profiles/1/cpu_guarantee', ['cpu_guarantee: 1', 'cpu_guarantee: 9'], ['    cpu_limit: 8\n', '']],
  ['OSL152', '/profiles/1/memory_guarantee', ['memory_guarantee: 6G', 'memory_guarantee: 32G'], ['30G', '32G']],
  ['OSL153', '/profiles', ['    default: true\n', '']],
  ['OSL154', '/profiles/1/storage_capacity', ['storage_capacity: 500Gi', 'storage_capacity: 0.5Ti']],
  ['OSL155', '/profiles/1/service_account', ['hook_script: sar.sh', 'service_account: reader']],
  ['OSL156', '/service_accounts/1/name', ['groups:', `${statement}${statement.slice(18)}groups:`]],
  ['OSL157', '/profiles/0/memory_limit', ['memory_limit: 3G', 'memory_limit: "3"']],
  ['OSL132', '/profiles/1/group', ['# group: SAR_1 ', 'group: sudo ']],
  ['OSL158', '/service_accounts/0/permissions/0', ['groups:', `${statement}groups:`]],
  ['OSL159', '/service_accounts/0/name', ['groups:', `${statement.replace('reader', 'default')}groups:`]],
  ['OSL160', '/service_accounts/0/name', ['groups:', `${statement.replace('reader', 'r'.repeat(47))}groups:`]],
  [
    'OSL164',
    '/service_accounts/0/permissions/0/Condition/StringEqual',
    ['groups:', `${statement.replace('Effect: Allow', 'Effect: Allow, Condition: {StringEqual: {a: b}}')}groups:`],
  ],
  [
    'OSL165',
    '/service_accounts/0/permissions/1/Sid',
    [
      'groups:',
      'service_accounts: [{name: reader, permissions: [{Sid: A, Effect: Allow}, {Sid: A, Effect: Allow}]}]\ngroups:',
    ],
  ],
  ['OSL161', '/profiles/1/image_name', ['image_name: sar', 'image_name: services']],
  ['OSL141', '/groups/1/name', ['groups:', 'groups:\n  - name: Hello_World']],
  ['OSL142', '/groups/0/all_users', ['groups:', 'groups:\n  - name: sudo\n    all_users: true']],
  ['OSL143', '/storage/days_till_volume_deletion', ['days_till_volume_deletion: 5', 'days_till_volume_deletion: 50']],
  [
    'OSL143',
    '/storage/days_till_snapshot_deletion',
    ['days_till_snapshot_deletion: 46', 'days_till_snapshot_deletion: 4'],
  ],
  ['OSL143', '/storage/days_after_server_stop_till_warning_email/4', ['43, 45]', '43, 46]']],
  ['OSL144', '/expires', ['# expires: "2027-06-30"', 'expires: "2027-02-30"']],
  [
    'OSL145',
    '/network/eks_public_access_cidrs/0',
    ['# eks_public_access_cidrs: [203.0.113.0/24]', 'eks_public_access_cidrs: [256.0.0.0/8]'],
  ],
  ...['10.0.0.0/8', '10.1.2.0/24', '172.31.0.0/16', '192.168.1.0/24', '169.254.0.0/16', '240.0.0.0/8'].map((range) => {
    const ranges: Replacement = ['# eks_public_access_cidrs: [203.0.113.0/24]', `eks_public_access_cidrs: [${range}]`];
    return ['OSL145', '/network/eks_public_access_cidrs/0', ranges] as const;
  }),
  [
    'OSL162',
    '/network/eks_public_access_cidrs/0',
    ['# eks_public_access_cidrs: [203.0.113.0/24]', 'eks_public_access_cidrs: [203.0.113.9/24]'],
  ],
  [
    'OSL163',
    '/users/allowed_emails',
    ['# allowed_emails: [jdoe@example.org]', `allowed_emails: [${manyAddresses.join(', ')}]`],
  ],
  [
    'OSL168',
    '/sources/cluster/url',
    ['retain:', 'sources: {cluster: {url: "https://a.org/b/../c", ref: v1.0}}\nretain:'],
  ],
  ['OSL166', '/adopt', ['# adopt: destroy-only', 'adopt: destroy-only']],
  ['OSL146', '/groups/0/name', ['  - name: Hello_World\n', '  - name: hello-world\n']],
  ['OSL147', '/sources/cluster/ref', ['retain:', 'sources: {cluster: {url: "https://a.org/b", ref: main}}\nretain:']],
  [
    'OSL148',
    '/sources/cluster/commit',
    [
      'retain:',
      `sources: {cluster: {url: "https://a.org/b", ref: ${'a'.repeat(40)}, commit: ${'b'.repeat(40)}}}\nretain:`,
    ],
  ],
  [
    'OSL149',
    '/network/hosted_zone_id',
    ['https://example.opensarlab.example.org', 'load balancer'],
    ['# hosted_zone_id:', 'hosted_zone_id:'],
  ],
];

/** Rules that also look at the day and at what was declared before; `context-checks.test.ts` has their breaches. */
const contextual = ['OSL139', 'OSL140', 'OSL150', 'OSL167'];

function findings(text: string, folder: string) {
  const surroundings = { images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] };
  return readDeployment({ file: 'f', text, name: folder, ...surroundings }).diagnostics;
}

describe('each rule', () => {
  test.each(breaches)('%s at %s', (code, path, ...replacements) => {
    const text = exampleWith(...(replacements as Replacement[]));
    // Drafts are excused from rules about their folder.
    const found = findings(text, code === 'OSL101' ? 'example' : '_example');
    expect(found.map((finding) => `${finding.code} ${finding.path}`)).toContain(`${code} ${path}`);
  });

  test('every rule has a breach here and a code of its own', () => {
    const codes = checks.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set([...breaches.map(([code]) => code), ...contextual])).toEqual(new Set(codes));
  });

  test('the example breaks none', () => {
    expect(findings(exampleText, '_example')).toEqual([]);
  });
});

test('a name that is too long says which resource, which limit and how long it may be', () => {
  const [finding] = findings(exampleWith(['cost_tag_value: example', `cost_tag_value: ${'x'.repeat(25)}`]), '_example');
  expect(finding?.message).toBe(
    `The name is 3 characters too long: the ALB target group "us-west-2-${'x'.repeat(25)}" may have 32.`,
  );
  expect(finding?.hint).toBe('In us-west-2 a name has at most 22 characters.');
});

describe('one mistake is one finding', () => {
  test.each<[string, Replacement[], string[]]>([
    ['a hub that is not marked', [['    is_hub: true\n', '']], ['OSL121']],
    ['the mark on another node', [['    max_number: 20', '    is_hub: true\n    max_number: 20']], ['OSL121']],
    ['a region that does not exist', [['region: us-west-2', 'region: us-wset-2']], ['OSL117']],
    [
      'a certificate that is no ARN, with the load balancer’s address',
      [
        [arn, 'x'],
        ['https://example.opensarlab.example.org', 'load balancer'],
      ],
      ['OSL013'],
    ],
    [
      'a node with a bad name, used by a profile',
      [
        [sarNode, '  - name: sar_1\n    instance'],
        ['node_name: sar1', 'node_name: sar_1'],
      ],
      ['OSL013'],
    ],
    ['a profile on the hub’s node', [['node_name: sar1', 'node_name: hub']], ['OSL126']],
    ['an address under a misspelt key', [['deployment_url: https', 'deployment_uri: https']], ['OSL011']],
    [
      'a reserved ending with a reserved word',
      [['cost_tag_value: example', 'cost_tag_value: lab-cognito']],
      ['OSL103'],
    ],
    [
      'more running machines than there may be',
      [['min_number: 0                    #', 'min_number: 9 #']],
      ['OSL125'],
    ],
    ['a machine of another architecture', [['m6a.2xlarge, m5a.2xlarge', 't4g.medium']], ['OSL129']],
    [
      'warnings that the default has too late',
      [
        ['  days_after_server', '  # days_after_server'],
        ['_deletion: 46', '_deletion: 20'],
      ],
      ['OSL143'],
    ],
    ['no nodes', [[nodes, 'nodes: []\n\n']], ['OSL014']],
    ['a reserved image', [['image_name: sar', 'image_name: hub']], ['OSL161']],
    [
      'a misspelt action',
      [['groups:', `${statement.replace('Effect: Allow', 'Effect: Allow, Actions: "s3:*"')}groups:`]],
      ['OSL011'],
    ],
    ['a guarantee above everything', [['memory_guarantee: 6G', 'memory_guarantee: 600G']], ['OSL133']],
  ])('%s', (_, replacements, codes) => {
    const found = findings(exampleWith(...replacements), '_example');
    expect(found.map(({ code }) => code)).toEqual(codes);
  });
});
