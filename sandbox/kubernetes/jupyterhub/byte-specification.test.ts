import { expect, it } from 'vitest';
import { ApiError } from '../api-error.ts';
import { bytesOf } from './spawner.ts';

it.each([
  ['2K', 2048],
  ['1.5G', 1.5 * 2 ** 30],
  ['1T', 2 ** 40],
  [512, 512],
])('a spawner takes %j for %d bytes', (value, bytes) => expect(bytesOf(value)).toBe(bytes));

it.each(['1Gi', '1GB', '512', 'G', ''])('a spawner refuses %j', (value) =>
  expect(() => bytesOf(value)).toThrow(ApiError),
);
