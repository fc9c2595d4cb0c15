import table from './instance-types.json' with { type: 'json' };
import { nearMiss } from './near-miss.ts';

/** What an EC2 instance type offers. */
export type InstanceType = {
  vcpus: number;
  /** MiB */
  memory: number;
  /** As EC2 calls it: `x86_64`, `arm64`, `x86_64_mac` or `arm64_mac`. */
  architecture: string;
};

/** What is known about an instance type's name: what it offers, that it could be newer than the table, or that it is none. */
export type InstanceTypeVerdict =
  | { kind: 'known'; type: InstanceType }
  | { kind: 'new' }
  | { kind: 'wrong'; meant: string | undefined };

type Family = { architecture: string; sizes: Record<string, number[]> };

/** Where the table comes from and how old it is. */
export const instanceTypeTable: { source: string; date: string } = { source: table.source, date: table.date };

const families = new Map<string, Family>(Object.entries(table.families));

/** What the type offers by the table; undefined when it is not in it. @param name e.g. `m6a.large` */
export function instanceType(name: string): InstanceType | undefined {
  const [family = '', size = ''] = name.split('.');
  const entry = families.get(family);
  if (entry === undefined || !Object.hasOwn(entry.sizes, size)) return undefined;
  const [vcpus = 0, memory = 0] = entry.sizes[size] ?? [];
  return { vcpus, memory, architecture: entry.architecture };
}

/**
 * Judges an instance type by the table. A new one is of a family that is not in it, but whose series is, of the newest
 * known generation or the next: such families come out every few months.
 */
export function judgeInstanceType(name: string): InstanceTypeVerdict {
  const type = instanceType(name);
  if (type !== undefined) return { kind: 'known', type };
  const [family = '', size = ''] = name.split('.');
  const sizes = families.get(family)?.sizes;
  if (sizes !== undefined) {
    const near = nearMiss(size, Object.keys(sizes));
    return { kind: 'wrong', meant: near === undefined ? undefined : `${family}.${near}` };
  }
  if (couldBeNew(family, size)) return { kind: 'new' };
  const near = nearMiss(family, withSize(size));
  return { kind: 'wrong', meant: near === undefined ? undefined : `${near}.${size}` };
}

function couldBeNew(family: string, size: string): boolean {
  const { series, generation } = partsOf(family);
  const newest = Math.max(0, ...seriesOf(series).map((known) => partsOf(known).generation));
  const isSize = /^(nano|micro|small|medium|large|xlarge|[1-9][0-9]{0,2}xlarge|metal|metal-[0-9]{1,3}xl)$/.test(size);
  return newest > 0 && isSize && (generation === newest || generation === newest + 1);
}

function partsOf(family: string): { series: string; generation: number } {
  const [, series = '', generation = '0'] = /^([a-z]+)([0-9]{1,2})[a-z-]*$/.exec(family) ?? [];
  return { series, generation: Number(generation) };
}

function seriesOf(series: string): string[] {
  return [...families.keys()].filter((family) => partsOf(family).series === series);
}

function withSize(size: string): string[] {
  return [...families].filter(([, { sizes }]) => Object.hasOwn(sizes, size)).map(([family]) => family);
}

/** The type of the nearest family with x86_64 processors and the same size, such as m6a.large for m6g.large. */
export function sameSizeForX86(name: string): string | undefined {
  const [family = '', size = ''] = name.split('.');
  const candidates = withSize(size).filter((other) => families.get(other)?.architecture === 'x86_64');
  const near = nearMiss(
    family,
    candidates.filter((other) => partsOf(other).series === partsOf(family).series),
  );
  return near === undefined ? undefined : `${near}.${size}`;
}
