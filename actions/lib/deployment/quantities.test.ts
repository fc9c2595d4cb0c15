import { expect, test } from 'vitest';
import { memoryBytes, storageBytes } from './quantities.ts';

test.each([
  ['16G', 16 * 2 ** 30],
  ['1.5M', 1.5 * 2 ** 20],
  ['0', 0],
  ['1024', 1024],
])('memory %s', (text, bytes) => {
  expect(memoryBytes(text)).toBe(bytes);
});

test.each([
  ['500Gi', 500 * 2 ** 30],
  ['500G', 500e9],
  ['1.5Ti', 1.5 * 2 ** 40],
  ['.5Ti', 2 ** 39],
  ['1Ei', 2 ** 60],
  ['2000000k', 2e9],
  ['5e11', 5e11],
  ['1073741824', 2 ** 30],
  ['+5Gi', 5 * 2 ** 30],
  ['5.Gi', 5 * 2 ** 30],
  ['5e+11', 5e11],
  ['2000000000000m', 2e9],
])('storage %s', (text, bytes) => {
  expect(storageBytes(text)).toBe(bytes);
});

test.each(['16Gi', '16g', '', '-1G', 'G'])('%j is no memory size', (text) => {
  expect(() => memoryBytes(text)).toThrow(RangeError);
});

test.each(['500GB', '500gi', '500K', '', 'Gi', '1 Gi', '-1Gi'])('%j is no storage size', (text) => {
  expect(() => storageBytes(text)).toThrow(RangeError);
});
