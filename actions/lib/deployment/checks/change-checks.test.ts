import { describe, expect, test } from 'vitest';
import { deploymentOf, exampleText, exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import type { Deployment } from '../deployment.ts';
import { checkChanges } from './change-checks.ts';

const before = deploymentOf(exampleText);

const changed = (change: (deployment: Deployment) => void): Deployment => {
  const after = structuredClone(before);
  change(after);
  return after;
};

describe('changes that a deployment does not survive', () => {
  test.each<[string, string, (deployment: Deployment) => void]>([
    ['OSL301', '/parameters/cost_tag_value', (after) => Object.assign(after, { name: 'other' })],
    ['OSL302', '/aws/region', ({ aws }) => Object.assign(aws, { region: 'us-east-1' })],
    ['OSL303', '/aws/account_id', ({ aws }) => Object.assign(aws, { account_id: '210987654321' })],
    ['OSL304', '/parameters/az_suffix', ({ parameters }) => Object.assign(parameters, { az_suffix: 'c' })],
    [
      'OSL305',
      '/profiles/1/storage_capacity',
      ({ profiles }) => Object.assign(profiles[1] ?? {}, { storage_capacity: '499Gi' }),
    ],
  ])('%s at %s', (code, path, change) => {
    expect(checkChanges(before, changed(change)).map((finding) => `${finding.code} ${finding.path}`)).toEqual([
      `${code} ${path}`,
    ]);
  });

  test('say what changes into what', () => {
    const [finding] = checkChanges(
      before,
      changed(({ aws }) => Object.assign(aws, { region: 'us-east-1' })),
    );
    expect(finding?.message).toBe('The region changes from "us-west-2" to "us-east-1", which is not possible.');
  });

  test('warn of members that a renamed profile would lose, unless its group is kept, mentioned or for everybody', () => {
    const renamed = (more: object = {}) =>
      changed(({ profiles }) => Object.assign(profiles[1] ?? {}, { name: 'SAR One', ...more }));
    const [finding] = checkChanges(before, renamed());
    expect(finding).toMatchObject({ code: 'OSL306', path: '/profiles/1/name', hint: 'Write group: SAR_1' });
    expect(finding?.message).toBe('"SAR One" looks like "SAR 1" under another name, whose members would not see it.');
    expect(checkChanges(before, renamed({ group: 'SAR_1' }))).toEqual([]);
    const mentioned = renamed();
    mentioned.groups.push({ name: 'SAR_1', all_users: false, enabled: true });
    expect(checkChanges(before, mentioned)).toEqual([]);
    const open = changed(({ profiles }) => Object.assign(profiles[0] ?? {}, { name: 'Hi' }));
    open.groups.splice(0);
    expect(checkChanges(before, open)).toEqual([]);
    expect(checkChanges(before, renamed({ image_name: 'other' }))).toEqual([]);
  });

  test('follow a profile by its name, in whatever unit and place', () => {
    const after = changed(({ profiles }) => profiles.reverse());
    expect(checkChanges(before, after)).toEqual([]);
    const same = changed(({ profiles }) => Object.assign(profiles[1] ?? {}, { storage_capacity: '512000Mi' }));
    expect(checkChanges(before, same)).toEqual([]);
  });

  test('are not seen where a draft says nothing', () => {
    expect(checkChanges({}, before)).toEqual([]);
    expect(checkChanges(before, {})).toEqual([]);
  });
});

test('what may change', () => {
  const after = deploymentOf(
    exampleWith(
      ['storage_capacity: 500Gi', 'storage_capacity: 600Gi'],
      ['m6a.large', 'm6a.xlarge'],
      ['protected: false', 'protected: true'],
    ),
  );
  expect(checkChanges(before, after)).toEqual([]);
});
