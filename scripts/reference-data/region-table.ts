/** `actions/lib/deployment/regions.json`. */
export type RegionTable = {
  source: string;
  /** ISO day */
  date: string;
  regions: string[];
};

/**
 * A table with what EC2 says now. Regions of other partitions, which it does not name, stay.
 * @param date ISO day of the answer
 */
export function withRegions(before: RegionTable, answers: readonly string[], date: string): RegionTable {
  const source = 'Amazon EC2 API, DescribeRegions; regions of partitions that it does not name as they were';
  return { source, date, regions: [...new Set([...before.regions, ...answers])].sort() };
}
