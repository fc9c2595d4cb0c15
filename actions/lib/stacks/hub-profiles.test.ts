import { expect, test } from 'vitest';
import { deploymentOf, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { hubProfiles } from './hub-profiles.ts';

test.each([
  ['3G', '3G'],
  ['1.5G', '1.5G'],
  ['"3221225472"', 3221225472],
  ['"3221225472.5"', 3221225472],
])('a memory limit of %s reaches KubeSpawner as it takes it', (text, value) => {
  const deployment = deploymentOf(exampleWith(['memory_limit: 3G', `memory_limit: ${text}`]));
  const [profile] = hubProfiles(deployment, '123456789012.dkr.ecr.us-west-2.amazonaws.com');
  expect(profile?.kubespawner_override.mem_limit).toBe(value);
});
