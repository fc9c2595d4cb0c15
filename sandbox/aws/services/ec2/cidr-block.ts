/** An IPv4 block as its first address and length in bits; undefined when the text is none. */
export function parseCidr(text: string): { first: number; prefix: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [octets, prefix] = [match.slice(1, 5).map(Number), Number(match[5])];
  if (octets.some((octet) => octet > 255) || prefix > 32) return undefined;
  return { first: octets.reduce((sum, octet) => sum * 256 + octet, 0), prefix };
}

/** Number of addresses in a block of that prefix length. */
export const cidrSize = (prefix: number): number => 2 ** (32 - prefix);

/** Whether two blocks have an address in common; unreadable blocks have none. */
export function cidrOverlaps(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  if (!a || !b) return false;
  return a.first < b.first + cidrSize(b.prefix) && b.first < a.first + cidrSize(a.prefix);
}

/** Whether `inner` lies within `outer` as a whole. */
export function cidrContains(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  if (!a || !b) return false;
  return b.first >= a.first && b.first + cidrSize(b.prefix) <= a.first + cidrSize(a.prefix);
}

/** Dotted text of the address at `offset` in a block. */
export function addressAt(block: string, offset: number): string {
  const address = (parseCidr(block)?.first ?? 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
