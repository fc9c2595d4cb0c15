const binary: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * Bytes of a KubeSpawner memory size such as `1.5G`; its K, M, G and T are powers of 1024 (traitlets ByteSpecification of
 * JupyterHub).
 * @throws RangeError when the text is none
 */
export function memoryBytes(text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)$/.exec(text);
  if (match === null) throw new RangeError(`${text} is not a memory size.`);
  return Number(match[1]) * (binary[match[2] ?? ''] ?? 1);
}

const decimal: Readonly<Record<string, number>> = { M: 1e6, G: 1e9, T: 1e12 };

/**
 * Bytes of a Kubernetes quantity such as `500Gi` (binary) or `500G` (decimal).
 * @throws RangeError when the text is none
 */
export function storageBytes(text: string): number {
  const match = /^([0-9]+)([MGT])(i?)$/.exec(text);
  const unit = match?.[2] ?? '';
  const factor = (match?.[3] === 'i' ? binary : decimal)[unit];
  if (match === null || factor === undefined) throw new RangeError(`${text} is not a storage size.`);
  return Number(match[1]) * factor;
}
