import { describe, expect, it } from 'vitest';
import { toFailure } from '../failure.ts';
import { namesInput, pullRequestInput } from './job-inputs.ts';

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return toFailure(error).code;
  }
};

describe('the inputs of a job', () => {
  it('are a number, or nothing', () => {
    expect(pullRequestInput('17')).toBe(17);
    expect(pullRequestInput('')).toBeUndefined();
  });

  it.each(['0', '-1', '1.5', '017', ' 17', '17\n', '#17', 'abc', '12345678901', '１７'])(
    'refuse %j, which is neither',
    (given) => {
      expect(codeOf(() => pullRequestInput(given))).toBe('InputInvalid');
    },
  );

  it('are a list of names', () => {
    expect(namesInput('["sar","ice"]')).toEqual(['sar', 'ice']);
    expect(namesInput('')).toEqual([]);
  });

  it.each(['{', '{}', '"sar"', '[1]', 'null'])('refuse %j, which is none', (given) => {
    expect(codeOf(() => namesInput(given))).toBe('InputInvalid');
  });
});
