import { ApiError } from './api-error.ts';

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/**
 * A Kubernetes quantity as a number: bytes, or virtual CPUs (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity).
 * JupyterHub's `1G` means 2^30 there, but the difference decides nothing here.
 * @throws ApiError Invalid
 */
export function parseQuantity(quantity: unknown): number {
  if (typeof quantity === 'number') return quantity;
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(quantity));
  const factor = SUFFIXES[match?.[2] ?? '?'];
  if (!match || factor === undefined) {
    throw new ApiError(
      'Invalid',
      `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$', not ${JSON.stringify(quantity)}`,
    );
  }
  return Number(match[1]) * factor;
}

/** Whole GiB that hold a quantity of bytes, as the EBS CSI driver rounds. */
export const toGib = (quantity: unknown): number => Math.max(1, Math.ceil(parseQuantity(quantity) / 2 ** 30));
