import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestAccount, type TestAccount } from './deploy-account.ts';
import { prepare } from './weather-lab.ts';

const count = 20;

/** AWS documents no rate for other services than EC2; this is far less than twenty labs would ask. */
const undocumented = { bucket: 5, perSecond: 1 };

let account: TestAccount;
beforeEach(async () => {
  account = await openTestAccount(['*'], 100);
  // What a region has from the first day is less than twenty labs take; an operator asks for it beforehand.
  account.sandbox.setup.grantQuota(account.region, 'vpc', 'L-F678F1CE', 2 * count);
});
afterEach(() => account.close());

/** How many requests were refused because they came too fast. */
function throttled(): number {
  return account.sandbox.journal.filter(({ answer }) => /Throttl|RequestLimitExceeded|SlowDown/.test(answer)).length;
}

it('deploys twenty labs at once in an account that takes requests slowly', { timeout: 240_000 }, async () => {
  const labs = [];
  for (let index = 1; index <= count; index += 1) {
    const lab = await prepare(account, `lab${index}`);
    labs.push({ lab, approved: await lab.approve(lab.stacks) });
  }
  account.sandbox.setup.limitRates(account.region, { time: 'virtual', undocumented });
  const records = await Promise.all(labs.map(({ lab, approved }) => lab.run(approved)));
  expect(records.filter(({ outcome }) => outcome !== 'succeeded').map(({ message }) => message)).toEqual([]);
  expect(throttled()).toBeGreaterThan(0);
  const stacks = account.sandbox.resources(account.region).filter(({ arn }) => arn.includes(':stack/'));
  expect(stacks).toHaveLength(5 * count);
});
