import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';

/** `actions/lib/deployment/instance-types.json`: of each size its vCPUs and its memory in MiB. */
export type InstanceTypeTable = {
  source: string;
  /** ISO day */
  date: string;
  families: Record<string, { architecture: string; sizes: Record<string, [vcpus: number, memory: number]> }>;
};

/**
 * A table with what EC2 says now. Types that EC2 no longer names stay, because machines of retired types may still run and
 * because a region does not name what others have.
 * @param date ISO day of the answers
 */
export function withInstanceTypes(
  before: InstanceTypeTable,
  answers: readonly InstanceTypeInfo[],
  date: string,
): InstanceTypeTable {
  const families = structuredClone(before.families);
  for (const { InstanceType, VCpuInfo, MemoryInfo, ProcessorInfo } of answers) {
    const [family = '', size = ''] = InstanceType?.split('.') ?? [];
    const vcpus = VCpuInfo?.DefaultVCpus;
    const memory = MemoryInfo?.SizeInMiB;
    const architectures: readonly string[] = ProcessorInfo?.SupportedArchitectures ?? [];
    const architecture = architectures.includes('x86_64') ? 'x86_64' : architectures[0];
    if (family === '' || size === '' || vcpus === undefined || memory === undefined || architecture === undefined) {
      throw new TypeError(`EC2 says too little about the instance type ${String(InstanceType)}.`);
    }
    families[family] = { architecture, sizes: { ...families[family]?.sizes, [size]: [vcpus, memory] } };
  }
  const source = 'Amazon EC2 API, DescribeInstanceTypes; types that it no longer names as they were';
  return { source, date, families: sorted(families) };
}

const smallSizes = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge'];

/** Place of a size among others: nano to xlarge, then by number, then metal. */
function rank(size: string): number {
  const multiple = /^([0-9]+)xlarge$/.exec(size)?.[1];
  if (multiple !== undefined) return smallSizes.length + Number(multiple);
  return smallSizes.includes(size) ? smallSizes.indexOf(size) : 1000;
}

function sorted(families: InstanceTypeTable['families']): InstanceTypeTable['families'] {
  const byName = <T>(entries: [string, T][]): [string, T][] => entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    byName(Object.entries(families)).map(([family, { architecture, sizes }]) => {
      const inOrder = byName(Object.entries(sizes)).sort(([a], [b]) => rank(a) - rank(b));
      return [family, { architecture, sizes: Object.fromEntries(inOrder) }];
    }),
  );
}
