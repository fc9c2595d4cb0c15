import { ApiError } from './api-error.ts';

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const FORMAT = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';

/**
 * A Kubernetes quantity as a number: bytes, or virtual CPUs. What parses is what k8s.io/apimachinery, pkg/api/resource,
 * quantity.go (`ParseQuantity`) and suffix.go take: `1.`, `.5`, `+1`, `1e3` and `1E-2` too, but not `K` or `Mib`.
 * @throws ApiError Invalid, in that package's words
 */
export function parseQuantity(quantity: unknown): number {
  const text = (typeof quantity === 'number' ? String(quantity) : typeof quantity === 'string' ? quantity : '').trim();
  const [, number = '', suffix = ''] = /^([+-]?[0-9]*\.?[0-9]*)([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text) ?? [];
  if (text === '' || (number === '' && suffix === '')) {
    throw new ApiError('Invalid', `quantities must match the regular expression '${FORMAT}'`);
  }
  const exponent = /^[eE]([-+]?[0-9]+)$/.exec(suffix)?.[1];
  const factor =
    exponent !== undefined
      ? 10 ** Number(exponent)
      : Object.hasOwn(SUFFIXES, suffix)
        ? (SUFFIXES[suffix] ?? 1)
        : undefined;
  if (factor === undefined) throw new ApiError('Invalid', "unable to parse quantity's suffix");
  if (!/[0-9]/.test(number)) throw new ApiError('Invalid', 'unable to parse numeric part of quantity');
  return Number(number) * factor;
}

/** Whole GiB that hold a quantity of bytes, as the EBS CSI driver rounds. */
export const toGib = (quantity: unknown): number => Math.max(1, Math.ceil(parseQuantity(quantity) / 2 ** 30));
