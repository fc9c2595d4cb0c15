import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TeardownSeal } from '../plan/seal.ts';
import { judgeTeardown, type MissingConsent, type TeardownFacts, withoutPullRequest } from './consent.ts';
import { sampleTeardownSeal } from './test/sample-teardown-seal.ts';

const seal: TeardownSeal = sampleTeardownSeal();
const found: TeardownFacts['seal'] = { kind: 'found', seal, key: 'plans/sar/7/x/1-1-d', writtenAt: new Date(0) };
const right: TeardownFacts = {
  deployment: 'sar',
  pullRequest: 7,
  intoDefaultBranch: true,
  wholeRemoval: 'sar',
  touchedBeside: [],
  labelled: 'yes',
  seal: found,
  atTip: 'absent',
  protection: 'not protected',
};

describe('judgeTeardown', () => {
  it('grants what meets every condition, with the seal that says what may go', () => {
    expect(judgeTeardown(right)).toEqual({
      granted: true,
      seal,
      sealKey: 'plans/sar/7/x/1-1-d',
      sealedAt: new Date(0),
    });
  });

  it.each<[MissingConsent['condition'], Partial<TeardownFacts>, string]>([
    ['pull request', { intoDefaultBranch: false }, '#7 was not merged into the default branch.'],
    ['removal', { wholeRemoval: undefined }, 'whole and nothing else'],
    ['removal', { wholeRemoval: 'sar-test' }, 'deployments/sar whole'],
    ['removal', { touchedBeside: ['README.md'] }, '#7 also touched "README.md"'],
    ['label', { labelled: 'no' }, '#7 did not carry the label destroy when it was merged.'],
    ['label', { labelled: 'unclear' }, 'Nobody can tell'],
    ['plan', { seal: { kind: 'none' } }, 'no sealed teardown plan'],
    ['plan', { seal: { kind: 'late' } }, 'merged before its teardown plan was there'],
    ['plan', { seal: { kind: 'unreadable', reason: 'it is no JSON' } }, 'it is no JSON'],
    ['tip', { atTip: 'present' }, 'so the deployment is wanted'],
    ['tip', { atTip: 'undeclared' }, 'without a declaration'],
    ['tip', { atTip: 'came back' }, 'came back after #7 was merged'],
    ['protection', { protection: 'protected' }, 'protected: true'],
    ['protection', { protection: 'unknown' }, 'no declaration of sar'],
  ])('misses the condition %s: %j', (condition, change, words) => {
    const judgement = judgeTeardown({ ...right, ...change });
    expect(judgement).toMatchObject({
      granted: false,
      missing: [{ condition, message: expect.stringContaining(words) }],
    });
    if (!judgement.granted) expect(judgement.missing[0]?.hint).not.toBe('');
  });

  it('grants nothing but the one right combination, and names every condition that is not met', () => {
    const facts = fc.record<TeardownFacts>({
      deployment: fc.constant('sar'),
      pullRequest: fc.constant(7),
      intoDefaultBranch: fc.boolean(),
      wholeRemoval: fc.constantFrom('sar', 'sar-test', undefined),
      touchedBeside: fc.constantFrom<readonly string[]>([], ['x']),
      labelled: fc.constantFrom('yes', 'no', 'unclear'),
      seal: fc.constantFrom<TeardownFacts['seal']>(found, { kind: 'none' }, { kind: 'late' }),
      atTip: fc.constantFrom('absent', 'present', 'undeclared', 'came back'),
      protection: fc.constantFrom('protected', 'not protected', 'unknown'),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const met = [
          given.intoDefaultBranch,
          given.wholeRemoval === 'sar' && given.touchedBeside.length === 0,
          given.labelled === 'yes',
          given.seal.kind === 'found',
          given.atTip === 'absent',
          given.protection === 'not protected',
        ];
        const judgement = judgeTeardown(given);
        expect(judgement.granted).toBe(met.every(Boolean));
        if (!judgement.granted) expect(judgement.missing).toHaveLength(met.filter((each) => !each).length);
      }),
      { numRuns: 1000 },
    );
  });
});

it('takes a push without a pull request for no consent', () => {
  expect(withoutPullRequest('sar')).toMatchObject({ granted: false, missing: [{ condition: 'pull request' }] });
});
