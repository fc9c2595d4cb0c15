import { describe, expect, it } from 'vitest';
import { expandMatrix, matrixLabel } from './matrix.ts';

describe('expandMatrix', () => {
  it('varies the last vector fastest', () => {
    expect(expandMatrix({ os: ['a', 'b'], version: [1, 2] })).toEqual([
      { os: 'a', version: 1 },
      { os: 'a', version: 2 },
      { os: 'b', version: 1 },
      { os: 'b', version: 2 },
    ]);
  });

  it('excludes combinations that match in part', () => {
    const matrix = { os: ['a', 'b'], version: [1, 2], exclude: [{ os: 'b' }, { version: 2 }] };
    expect(expandMatrix(matrix)).toEqual([{ os: 'a', version: 1 }]);
  });

  // The example of "Expanding or adding matrix configurations" in GitHub's documentation, with its result.
  it('adds includes without overwriting original values', () => {
    const matrix = {
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    };
    expect(expandMatrix(matrix)).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  it('takes includes alone as the combinations', () => {
    expect(expandMatrix({ include: [{ site: 'a' }, { site: 'b' }] })).toEqual([{ site: 'a' }, { site: 'b' }]);
  });

  it.each([
    [{ deployment: [] }, "Matrix vector 'deployment' does not contain any values"],
    [{ include: [] }, 'Matrix must define at least one vector'],
    [{ os: ['a'], exclude: [{ os: 'a' }] }, 'no combination left'],
    [{ os: 'linux' }, "matrix vector 'os' must be a list"],
    ['text', 'a matrix must be an object'],
    [{ a: Array.from({ length: 257 }, (_, index) => index) }, 'generates 257 jobs'],
  ])('refuses %j', (matrix, message) => {
    expect(() => expandMatrix(matrix)).toThrow(message);
  });
});

describe('matrixLabel', () => {
  it('names the leaves of objects and lists', () => {
    expect(matrixLabel({ os: 'linux', node: { major: 24, tags: ['lts', true] }, none: null })).toEqual([
      'linux',
      '24',
      'lts',
      'true',
      '',
    ]);
  });
});
