import { validationError } from './validation-error.ts';

/**
 * `Fn::Cidr` for IPv4 blocks:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 *
 * @param ipBlock e.g. `10.0.0.0/16`
 * @param count how many blocks, 1 to 256
 * @param cidrBits host bits per block, e.g. 8 for a /24
 */
export function cidrBlocks(ipBlock: string, count: number, cidrBits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(ipBlock);
  if (match === null || !Number.isInteger(count) || count < 1 || count > 256 || !Number.isInteger(cidrBits)) {
    throw validationError(
      'Template error: Fn::Cidr requires a valid IPv4 CIDR block, a count from 1 to 256 and cidrBits.',
    );
  }
  const [first = 0, second = 0, third = 0, fourth = 0, prefix = 0] = match.slice(1).map(Number);
  const size = 2 ** cidrBits;
  const blockSize = 2 ** (32 - prefix);
  if (cidrBits < 1 || count * size > blockSize) {
    throw validationError(
      `Template error: Fn::Cidr cannot divide ${ipBlock} into ${count} blocks of ${cidrBits} bits.`,
    );
  }
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const start = address - (address % blockSize);
  return Array.from({ length: count }, (_unused, index) => {
    const base = start + index * size;
    const octets = [base / 2 ** 24, (base / 2 ** 16) % 256, (base / 2 ** 8) % 256, base % 256].map(Math.floor);
    return `${octets.join('.')}/${32 - cidrBits}`;
  });
}
