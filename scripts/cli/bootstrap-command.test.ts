import { describe, expect, it } from 'vitest';
import { exampleCheckout } from './test/example-checkout.ts';

describe('opensarlab bootstrap', () => {
  it.each([
    [['--owner-id', '42'], 'Give both'],
    [['--owner-id', 'x', '--repository-id', '1'], 'takes the number'],
    [['--region', 'moon'], 'Say in which region'],
    [['--variable', 'lower=1'], '--variable takes NAME=VALUE'],
    [['--pin-workflow-files', 'maybe'], 'takes on or off'],
    [['--owner', 'a/b'], '--owner takes the organization or user'],
  ])('ends with 2 for %j before it asks anybody', async (options, message) => {
    const names = ['--owner', 'sar-science', '--repository', 'labs', '--region', 'us-west-2'];
    const { code, err } = await (await exampleCheckout()).run('bootstrap', ...names, ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
