import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import { readDeployment } from '../read-deployment.ts';
import { checks } from './checks.ts';

type Replacement = readonly [from: string, to: string];

const arn = 'arn:aws:acm:us-west-2:123456789012:certificate/';
const sarNode = '  - name: sar1\n    instance';

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
  ['OSL111', '/parameters/certificate_arn', [arn, arn.replace('us-west-2', 'us-east-1')]],
  ['OSL111', '/parameters/certificate_arn', [arn, arn.replace('123456789012', '210987654321')]],
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
  ['OSL141', '/groups/1/name', ['groups:', 'groups:\n  - name: Hello_World']],
  ['OSL142', '/groups/0/all_users', ['groups:', 'groups:\n  - name: sudo\n    all_users: true']],
  ['OSL143', '/storage/days_till_snapshot_deletion', ['days_till_volume_deletion: 5', 'days_till_volume_deletion: 50']],
  ['OSL143', '/storage/days_after_server_stop_till_warning_email/4', ['43, 45]', '43, 46]']],
  ['OSL144', '/expires', ['# expires: "2027-06-30"', 'expires: "2027-02-30"']],
  [
    'OSL145',
    '/network/eks_public_access_cidrs/0',
    ['# eks_public_access_cidrs: [203.0.113.0/24]', 'eks_public_access_cidrs: [256.0.0.0/8]'],
  ],
];

function findings(text: string, folder: string) {
  const surroundings = { images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] };
  return readDeployment({ file: 'f', text, name: folder, ...surroundings }).diagnostics;
}

describe('each rule', () => {
  test.each(breaches)('%s at %s', (code, path, ...replacements) => {
    const text = exampleWith(...(replacements as Replacement[]));
    // Only the rule about folders looks at the folder of a draft's name.
    const found = findings(text, code === 'OSL101' ? 'example' : '_example');
    expect(found.map((finding) => `${finding.code} ${finding.path}`)).toContain(`${code} ${path}`);
  });

  test('every rule has a breach here, a code of its own and a sentence', () => {
    const codes = checks.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(breaches.map(([code]) => code))).toEqual(new Set(codes));
    for (const { rule } of checks) expect(rule).toMatch(/\.$/);
  });

  test('the example breaks none', () => {
    expect(findings(exampleText, 'example')).toEqual([]);
  });
});

test('a name that is too long says which resource, which limit and how long it may be', () => {
  const [finding] = findings(exampleWith(['cost_tag_value: example', `cost_tag_value: ${'x'.repeat(25)}`]), '_example');
  expect(finding?.message).toBe(
    `The name is 3 characters too long: the ALB target group "us-west-2-${'x'.repeat(25)}" may have 32.`,
  );
  expect(finding?.hint).toBe('In us-west-2 a name has at most 22 characters.');
});
