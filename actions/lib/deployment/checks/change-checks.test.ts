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
