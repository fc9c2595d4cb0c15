import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkVersions } from './check-versions.ts';

const committed = readFileSync(new URL('../../../cluster/versions.yaml', import.meta.url), 'utf8');

/** The committed versions with one end of support alone, that of Kubernetes. */
function endingOn(day: string): string {
  const withoutEnds = committed.replaceAll(/\n +end_of_support: .*/g, '');
  return withoutEnds.replace('  version: "1.36"', `  version: "1.36"\n  end_of_support: "${day}"`);
}

function found(day: string, text = committed): string[] {
  return checkVersions(text, new Date(day)).map((found) => `${found.severity} ${found.code} ${found.message}`);
}

describe('checkVersions', () => {
  it.each([
    ['2026-11-22T12:00:00Z', []],
    ['2027-05-03T23:59:59Z', []],
    ['2027-05-04T00:00:00Z', ['warning OSL401 The support of kubernetes 1.36 ends on 2027-08-02, in 90 days.']],
    ['2027-08-01T10:00:00Z', ['warning OSL401 The support of kubernetes 1.36 ends on 2027-08-02, in 1 day.']],
    ['2027-08-02T23:00:00Z', ['warning OSL401 The support of kubernetes 1.36 ends on 2027-08-02, in 0 days.']],
    ['2027-08-03T00:00:00Z', ['error OSL402 The support of kubernetes 1.36 ended on 2027-08-02.']],
  ])('on %s', (day, findings) => {
    expect(found(day, endingOn('2027-08-02'))).toEqual(findings);
  });

  it('points at the line of the day and says what to do', () => {
    const text = endingOn('2027-08-02');
    const [finding] = checkVersions(text, new Date('2028-01-01'));
    expect(finding).toMatchObject({ file: 'cluster/versions.yaml', path: '/kubernetes/end_of_support', column: 19 });
    expect(finding?.line).toBe(text.split('\n').findIndex((row) => row.includes('end_of_support: ')) + 1);
    expect(finding?.hint).toContain('refresh-versions.ts');
  });

  it('looks at every entry, and at all of them', () => {
    const text = endingOn('2027-01-02').replace(/( {4}version: v3.*)/, '$1\n    end_of_support: "2027-01-01"');
    expect(found('2026-12-31', text)).toEqual([
      'warning OSL401 The support of kubernetes 1.36 ends on 2027-01-02, in 2 days.',
      'warning OSL401 The support of tools.helm v3.22.0 ends on 2027-01-01, in 1 day.',
    ]);
  });

  it.each(['2027-02-30x', 'soon', '2027-13-01', '20270802'])('refuses the day %s', (day) => {
    const text = endingOn(day);
    expect(found('2026-11-22', text)).toEqual(['error OSL403 The end of support of kubernetes is not a day.']);
  });

  it('reports a version without quotes', () => {
    expect(found('2026-11-22', committed.replace('version: "1.36"', 'version: 1.30'))).toEqual([
      'error OSL403 versions.yaml has no text at kubernetes.version.',
    ]);
  });

  it('reports what is no YAML', () => {
    expect(found('2026-11-22', 'a: [')).toEqual([expect.stringMatching(/^error OSL403 /)]);
  });
});
