import { nearMiss } from './near-miss.ts';
import table from './regions.json' with { type: 'json' };

/** What is known about a region's name: it exists, it could be newer than the table, or it is none. */
export type RegionVerdict = { kind: 'known' } | { kind: 'new' } | { kind: 'wrong'; meant: string | undefined };

/** Where the table of regions comes from and how old it is. */
export const regionTable: { source: string; date: string; regions: readonly string[] } = table;

const known = new Set(table.regions);

/** Beginnings of all known regions without their number, such as `us-west`. */
const directions = new Set(table.regions.map(withoutNumber));

const compass = /^(north|south|east|west|central|northeast|northwest|southeast|southwest)$/;

/** Judges a region by the table. A new one is a known geography with a point of the compass. */
export function judgeRegion(region: string): RegionVerdict {
  if (known.has(region)) return { kind: 'known' };
  const [geography = '', direction = ''] = region.split('-');
  const plausible = table.regions.some((name) => name.startsWith(`${geography}-`)) && compass.test(direction);
  if (directions.has(withoutNumber(region)) || plausible) return { kind: 'new' };
  return { kind: 'wrong', meant: nearMiss(region, table.regions) };
}

/** Beginnings of regions outside of the commercial partition (AWS General Reference, "Amazon Resource Names"). */
const partitions: readonly (readonly [start: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];

/** The partition that a region's ARNs begin with, such as `aws` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  return partitions.find(([start]) => region.startsWith(start))?.[1] ?? 'aws';
}

function withoutNumber(region: string): string {
  return region.replace(/-[0-9]+$/, '');
}
