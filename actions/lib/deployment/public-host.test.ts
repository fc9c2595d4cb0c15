import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, isPublicHost } from './public-host.ts';

describe('isPublicHost', () => {
  it.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '0', '0.0.0.0', '127.0.0.1.'],
    ...[
      '169.254.169.254',
      '0xa9fea9fe',
      '2852039166',
      '169.254.170.2',
      '10.0.0.1',
      '10.1',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.168.1.1', '100.64.0.1', '100.127.255.254', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.0.192'],
    ...['[::1]', '[::]', '[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]', '[fe80::1]', '[fd00:ec2::254]', '[fc00::1]'],
    ...['[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[2001:0:1::1]', '[2001:db8::1]', '[ff02::1]', '[::127.0.0.1]'],
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'metadata.google.internal', 'ip-10-0-0-1.ec2.internal'],
    ...[
      'metadata',
      'upstream',
      'printer.local',
      'router.lan',
      'kubernetes.default.svc',
      'git.home.arpa',
      'git.intranet',
    ],
    ...['github.com@127.0.0.1', '127.0.0.1:443', 'github.com/a', 'github.com:22', 'github.com?x', 'github.com#x', ''],
    ...[
      '１２７.0.0.1',
      '127。0。0。1',
      '⑩.0.0.1',
      'ⓛocalhost',
      '[::1',
      ':::',
      'a b',
      'github.com\\x',
      '256.256.256.256.256',
    ],
  ])('%s is not public', (host) => expect(isPublicHost(host)).toBe(false));

  it.each([
    ...['github.com', 'GitHub.com', 'github.com.', 'gitlab.example.org', '8.8.8.8', '140.82.112.3', '0x08080808'],
    ...[
      '[2606:50c0:8000::153]',
      '[2001:4860:4860::8888]',
      '172.32.0.1',
      '100.128.0.1',
      '11.0.0.1',
      'internal.example.org',
    ],
  ])('%s is', (host) => expect(isPublicHost(host)).toBe(true));

  it('knows a private IPv4 address in every spelling', () => {
    const part = fc.integer({ min: 0, max: 255 });
    const spelling = fc.constantFrom('dotted', 'number', 'hex', 'octal', 'short', 'mapped');
    fc.assert(
      fc.property(fc.constantFrom(10, 127), part, part, part, spelling, (a, b, c, d, kind) => {
        expect(isPublicHost(spelled(kind, a, b, c, d))).toBe(false);
      }),
    );
  });

  it('agrees with the dotted spelling for every address', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const expected = isPublicAddress(`${a}.${b}.${c}.${d}`);
        for (const kind of ['number', 'hex', 'octal', 'short']) {
          expect(isPublicHost(spelled(kind, a, b, c, d))).toBe(expected);
        }
      }),
    );
  });
});

function spelled(kind: string, a: number, b: number, c: number, d: number): string {
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  switch (kind) {
    case 'number':
      return String(number);
    case 'hex':
      return `0x${number.toString(16)}`;
    case 'octal':
      return [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.');
    case 'short':
      return `${a}.${b * 65536 + c * 256 + d}`;
    case 'mapped':
      return `[::ffff:${a}.${b}.${c}.${d}]`;
    default:
      return `${a}.${b}.${c}.${d}`;
  }
}
