/** What an instance type offers (docs.aws.amazon.com/ec2/latest/instancetypes). */
export type InstanceType = {
  readonly name: string;
  readonly virtualCpus: number;
  readonly memoryMib: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly gpus: number;
};

type Size = readonly [virtualCpus: number, factor: number];

/** The usual ladder: factor 1 is `large`, two virtual CPUs. */
const LADDER: Readonly<Record<string, Size>> = {
  large: [2, 1],
  xlarge: [4, 2],
  '2xlarge': [8, 4],
  '4xlarge': [16, 8],
  '8xlarge': [32, 16],
  '12xlarge': [48, 24],
  '16xlarge': [64, 32],
  '24xlarge': [96, 48],
};
/** Burstable types have two virtual CPUs up to `large` and stop at `2xlarge`. */
const BURSTABLE: Readonly<Record<string, Size>> = {
  nano: [2, 1 / 16],
  micro: [2, 1 / 8],
  small: [2, 1 / 4],
  medium: [2, 1 / 2],
  large: [2, 1],
  xlarge: [4, 2],
  '2xlarge': [8, 4],
};
/** GPU types start at `xlarge` with one GPU. */
const ACCELERATED: Readonly<Record<string, Size>> = {
  xlarge: [4, 2],
  '2xlarge': [8, 4],
  '4xlarge': [16, 8],
  '8xlarge': [32, 16],
};
const WITH_MEDIUM: Readonly<Record<string, Size>> = { medium: [1, 1 / 2], ...LADDER };

/** Memory of `large` in GiB: compute types 4, general 8, memory-optimized 16. */
const FAMILIES: Readonly<
  Record<string, { sizes: Readonly<Record<string, Size>>; largeGib: number; arm?: true; gpus?: number }>
> = {
  t3: { sizes: BURSTABLE, largeGib: 8 },
  t3a: { sizes: BURSTABLE, largeGib: 8 },
  t4g: { sizes: BURSTABLE, largeGib: 8, arm: true },
  m5: { sizes: LADDER, largeGib: 8 },
  m5a: { sizes: LADDER, largeGib: 8 },
  m6a: { sizes: LADDER, largeGib: 8 },
  m6i: { sizes: LADDER, largeGib: 8 },
  m7a: { sizes: WITH_MEDIUM, largeGib: 8 },
  m7i: { sizes: LADDER, largeGib: 8 },
  r5: { sizes: LADDER, largeGib: 16 },
  r5a: { sizes: LADDER, largeGib: 16 },
  r6a: { sizes: LADDER, largeGib: 16 },
  r6i: { sizes: LADDER, largeGib: 16 },
  r7a: { sizes: WITH_MEDIUM, largeGib: 16 },
  c5: { sizes: LADDER, largeGib: 4 },
  c5a: { sizes: LADDER, largeGib: 4 },
  c6a: { sizes: LADDER, largeGib: 4 },
  c6i: { sizes: LADDER, largeGib: 4 },
  g4dn: { sizes: ACCELERATED, largeGib: 8, gpus: 1 },
  g5: { sizes: ACCELERATED, largeGib: 8, gpus: 1 },
  g6: { sizes: ACCELERATED, largeGib: 8, gpus: 1 },
};

/** Every type in the table, in the order of families and sizes. */
export function allInstanceTypes(): InstanceType[] {
  return Object.entries(FAMILIES).flatMap(([family, { sizes, largeGib, arm, gpus }]) =>
    Object.entries(sizes).map(
      ([size, [virtualCpus, factor]]): InstanceType => ({
        name: `${family}.${size}`,
        virtualCpus,
        memoryMib: largeGib * factor * 1024,
        architecture: arm ? 'arm64' : 'x86_64',
        gpus: gpus ?? 0,
      }),
    ),
  );
}

/** Undefined when the table has no such type. */
export const findInstanceType = (name: string): InstanceType | undefined =>
  allInstanceTypes().find((type) => type.name === name);

/** The oldest zone of us-east-1 has none of these generations; every other zone has all of the table. */
const ZONES_WITHOUT_CURRENT_TYPES: readonly string[] = ['use1-az3'];

/** Whether a zone offers a type of the table (API_DescribeInstanceTypeOfferings.html). */
export const isOffered = (_type: InstanceType, zoneId: string): boolean =>
  !ZONES_WITHOUT_CURRENT_TYPES.includes(zoneId);
