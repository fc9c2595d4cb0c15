import { describe, expect, it } from 'vitest';
import type { PreflightFinding } from './plan.ts';
import { accountNotAsked, preflightFindings } from './preflight-diagnostics.ts';

const finding = (change: Partial<PreflightFinding>): PreflightFinding => ({
  id: 'certificate',
  title: 'Certificate',
  outcome: 'ok',
  detail: 'Issued.',
  ...change,
});

describe('preflightFindings', () => {
  it.each([
    ['ok', []],
    ['warning', ['OSL503']],
    ['blocker', ['OSL501']],
    ['unknown', ['OSL502']],
  ] as const)('%s: %j', (outcome, codes) => {
    expect(preflightFindings([finding({ outcome })]).map(({ code }) => code)).toEqual(codes);
  });

  it('stand at the field that asks for what is missing, with the hint of the check', () => {
    expect(
      preflightFindings([finding({ outcome: 'blocker', detail: 'There is none.', hint: 'Request one.' })]),
    ).toEqual([
      {
        code: 'OSL501',
        path: '/parameters/certificate_arn',
        message: 'Certificate: There is none.',
        hint: 'Request one.',
      },
    ]);
  });

  it('stand at the account when no field asks for it', () => {
    const [found] = preflightFindings([finding({ id: 'something-new', outcome: 'unknown' })]);
    expect(found).toEqual({ code: 'OSL502', path: '/aws/account_id', message: 'Certificate: Issued.' });
  });
});

describe('accountNotAsked', () => {
  it('is an error, since nothing is known', () => {
    expect(accountNotAsked('No credentials.', undefined)).toEqual({
      code: 'OSL502',
      path: '/aws/account_id',
      message: 'No credentials.',
    });
  });
});
