import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import { readDeployment } from '../read-deployment.ts';

const today = '2027-03-01';

/** What is found beside the changes themselves, as `severity CODE line of the field`. */
function found(text: string, base?: string): string[] {
  const source = { file: 'f', text, name: 'example', today, ...(base === undefined ? {} : { base }) };
  return readDeployment(source).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

const expiring = (day: string): string => exampleWith(['# expires: "2027-06-30"', `expires: "${day}"`]);

describe('the tag latest', () => {
  test('is what a new declaration has to name', () => {
    expect(found(exampleText)).toEqual([]);
    expect(found(exampleText, '')).toEqual([]);
  });

  test('is a warning for a profile that was there before, so that it has been built', () => {
    const later = exampleWith(['max_number: 20', 'max_number: 30'], ['name: SAR 1', 'name: SAR 2']);
    expect(found(later, exampleText)).toEqual([
      'warning OSL139 /profiles/0/image_tag',
      'warning OSL306 /profiles/1/name',
    ]);
  });
});

describe('a day in expires', () => {
  test.each([
    ['in a new declaration', ''],
    ['where there was none', exampleText],
    ['where there was another', expiring('2027-02-01')],
  ])('that is past is an error %s', (_, base) => {
    expect(found(expiring('2027-02-28'), base).filter((one) => one.includes('/expires'))).toEqual([
      'error OSL140 /expires',
    ]);
  });

  test.each([
    ['that did not change', expiring('2027-02-28')],
    ['of which nothing is known', undefined],
  ])('that is past is a warning %s', (_, base) => {
    expect(found(expiring('2027-02-28'), base).filter((one) => one.includes('/expires'))).toEqual([
      'warning OSL150 /expires',
    ]);
  });

  test.each(['2027-03-01', '2027-03-02', '2099-12-31'])('%s is fine', (day) => {
    expect(found(expiring(day), '')).toEqual([]);
  });

  test('that the calendar does not have is that alone', () => {
    expect(found(expiring('2025-02-30'), '')).toEqual(['error OSL144 /expires']);
  });
});
