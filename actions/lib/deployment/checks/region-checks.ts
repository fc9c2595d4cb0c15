import { quoteValue } from '../quote-value.ts';
import { judgeRegion, regionTable } from '../regions.ts';
import type { Check } from './check.ts';

const path = '/aws/region';

const regionExists: Check = {
  code: 'OSL117',
  run({ aws }) {
    const verdict = aws?.region === undefined ? undefined : judgeRegion(aws.region);
    if (verdict?.kind !== 'wrong') return [];
    const message = `There is no AWS region ${quoteValue(aws?.region)}.`;
    return [{ path, message, ...(verdict.meant === undefined ? {} : { hint: `Did you mean ${verdict.meant}?` }) }];
  },
};

const regionIsKnown: Check = {
  code: 'OSL118',
  run({ aws }) {
    if (aws?.region === undefined || judgeRegion(aws.region).kind !== 'new') return [];
    return [{ path, message: `AWS had no region ${quoteValue(aws.region)} on ${regionTable.date}.` }];
  },
};

/** Rules about the region. */
export const regionChecks: readonly Check[] = [regionExists, regionIsKnown];
