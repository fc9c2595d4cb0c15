import { expect, it } from 'vitest';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { largestSessionPolicy, sessionPolicy } from './session-policy.ts';

it('the policy of a session fits, whatever the region and however long the name', () => {
  const sample = sampleDeployment();
  for (const [region, name] of [
    ['us-gov-west-1', 'a'.repeat(18)],
    ['ap-southeast-2', 'a'.repeat(17)],
    ['us-west-2', 'a'.repeat(22)],
  ] as const) {
    const policy = sessionPolicy({ ...sample, name, aws: { ...sample.aws, region } });
    expect(policy.length).toBeLessThanOrEqual(largestSessionPolicy);
    expect(policy.match(/arn:[^"]*/g)?.filter((arn) => arn.includes(name)).length).toBeGreaterThan(10);
  }
});
