import { describe, expect, it } from 'vitest';
import { requestBudget } from '../../engine/retry.ts';
import { instantClock } from '../../ports/test/instant-clock.ts';
import { noteAsked } from './asked-operation.ts';
import { requestRetries } from './request-retries.ts';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('Rate exceeded'), { name, ...more });

/** Lets one request fail with the same error until the rule gives up. */
async function failing(error: Error, random = 0.5) {
  const clock = instantClock();
  const lines: string[] = [];
  const retries = requestRetries({ clock, random: () => random, say: (line) => lines.push(line) });
  let token = await retries.acquireInitialRetryToken('');
  for (let tries = 1; tries < 1_000; tries += 1) {
    try {
      token = await retries.refreshRetryTokenForRetry(token, { error });
    } catch (thrown) {
      expect(thrown).toBe(error);
      return { tries, lines, waited: clock.slept.reduce((sum, each) => sum + each, 0) };
    }
  }
  throw new Error('It never gives up.');
}

describe('a request to AWS that fails', () => {
  it.each([
    ['Throttling'],
    ['ThrottlingException'],
    ['RequestLimitExceeded'],
    ['SlowDown'],
    ['TooManyRequestsException'],
    ['EC2ThrottledException'],
    ['ECONNRESET'],
    ['TimeoutError'],
    ['OperationInProgressException'],
    ['LimitExceededException'],
  ])('with %s is sent again until its budget is used up, and no longer', async (name) => {
    const { tries, waited } = await failing(named(name));
    expect(tries).toBeGreaterThan(requestBudget.leastTries);
    expect(waited).toBeGreaterThan(30_000);
    expect(waited).toBeLessThanOrEqual(requestBudget.milliseconds);
  });

  it.each([['ExpiredToken'], ['AccessDenied'], ['ValidationError'], ['RequestTimeTooSkewed']])(
    'with %s is not sent again',
    async (name) => {
      expect(await failing(named(name))).toMatchObject({ tries: 1, waited: 0 });
    },
  );

  it('because of the clock is sent again once, when the SDK has learnt the time', async () => {
    const skewed = named('RequestTimeTooSkewed', { $metadata: { clockSkewCorrected: true } });
    expect(await failing(skewed)).toMatchObject({ tries: 2, waited: 0 });
  });

  it('says so in one line that names service and operation', async () => {
    const error = named('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } });
    noteAsked(error, { service: 'CloudFormation', operation: 'DescribeStacks' });
    const { lines } = await failing(error);
    expect(lines).toEqual([
      'AWS CloudFormation answers DescribeStacks with ServiceUnavailable: asked again for up to 120 seconds.',
    ]);
  });
});
