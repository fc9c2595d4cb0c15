import { ApiError } from '../api-error.ts';

const SUFFIXES: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * Bytes of a spawner's `mem_guarantee` or `mem_limit` (jupyterhub 5.5, traitlets.py, `ByteSpecification`): a number, or one
 * with K, M, G or T, which are powers of 1024 here. The pod gets the bytes.
 * @throws ApiError BadRequest for anything else, which ends the start of a server
 */
export function bytesOf(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value);
  const [, number = '', suffix = ''] =
    /^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*([KMGT])$/.exec(String(value)) ?? [];
  const factor = SUFFIXES[suffix];
  if (factor !== undefined) return Math.trunc(Number(number) * factor);
  const problem = 'is not a valid memory specification. Must be an int or a string with suffix K, M, G, T';
  throw new ApiError('BadRequest', `${String(value)} ${problem}`);
}
