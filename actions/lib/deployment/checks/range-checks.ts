import { quoteValue } from '../quote-value.ts';
import { type Check, type DeploymentDraft, entriesOf } from './check.ts';

/** An address range: its first 32 bits as a number, and how many of them count. */
type Range = { path: string; text: string; bytes: number[]; address: number; prefix: number };

function rangesOf({ network }: DeploymentDraft): Range[] {
  return entriesOf(network?.eks_public_access_cidrs).map(({ index, entry: text }) => {
    const [place = '', prefix = ''] = text.split('/');
    const bytes = place.split('.').map(Number);
    const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    return { path: `/network/eks_public_access_cidrs/${index}`, text, bytes, address, prefix: Number(prefix) };
  });
}

const isAddress = ({ bytes }: Range): boolean => bytes.every((byte) => byte <= 255);

/** First address of the range. */
function firstOf({ address, prefix }: Range): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) * size;
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** Ranges that no packet of the internet comes from (RFC 6890). */
const reserved: readonly (readonly [start: string, prefix: number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
];

function isReserved(range: Range): boolean {
  return reserved.some(([start, prefix]) => {
    const size = 2 ** (32 - prefix);
    const first = start.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
    return range.prefix >= prefix && range.address >= first && range.address < first + size;
  });
}

const rangesArePublic: Check = {
  code: 'OSL145',
  run(deployment) {
    return rangesOf(deployment).flatMap((range) => {
      const { path, text } = range;
      if (!isAddress(range))
        return [{ path, message: `${quoteValue(text)} is no address range: its parts go up to 255.` }];
      if (!isReserved(range)) return [];
      return [{ path, message: `${quoteValue(text)} is not a range of the internet, where the endpoint is.` }];
    });
  },
};

const rangesStartAtFirst: Check = {
  code: 'OSL162',
  run(deployment) {
    return rangesOf(deployment).flatMap((range) => {
      const first = firstOf(range);
      if (!isAddress(range) || isReserved(range) || first === range.address) return [];
      const whole = `${textOf(first)}/${range.prefix}`;
      const message = `${quoteValue(range.text)} stands for the whole range ${whole}.`;
      const hint = `Write ${whole}, or ${textOf(range.address)}/32 for the one address.`;
      return [{ path: range.path, message, hint }];
    });
  },
};

/** Rules about address ranges. */
export const rangeChecks: readonly Check[] = [rangesArePublic, rangesStartAtFirst];
