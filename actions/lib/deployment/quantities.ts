const binary: Readonly<Record<string, number>> = {
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
  P: 2 ** 50,
  E: 2 ** 60,
};

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

const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/**
 * Bytes of a Kubernetes quantity such as `500Gi` (binary), `500G` (decimal), `1.5Ti` or `5e11`
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 * @throws RangeError when the text is none
 */
export function storageBytes(text: string): number {
  const match = /^\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:([KMGTPE])i|([numkMGTPE])|[eE]([+-]?[0-9]{1,2}))?$/.exec(text);
  if (match === null) throw new RangeError(`${text} is not a storage size.`);
  const [, number, binaryUnit = '', decimalUnit = '', exponent = '0'] = match;
  return Number(number) * (binary[binaryUnit] ?? decimal[decimalUnit] ?? 10 ** Number(exponent));
}
