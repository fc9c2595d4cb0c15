// Refreshes actions/lib/deployment/regions.json with the credentials of the shell:
//
//   node scripts/launch.mjs scripts/reference-data/refresh-regions.ts
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { readTable, writeTable } from './json-table.ts';
import { type RegionTable, withRegions } from './region-table.ts';

const client = new EC2Client({ region: process.env.AWS_REGION ?? 'us-east-1' });
// Regions that the account has not opted into are named too.
const { Regions = [] } = await client.send(new DescribeRegionsCommand({ AllRegions: true }));
const names = Regions.flatMap(({ RegionName }) => (RegionName === undefined ? [] : [RegionName]));
const before = (await readTable('regions')) as RegionTable;
const after = withRegions(before, names, new Date().toISOString().slice(0, 10));
await writeTable('regions', after);
process.stdout.write(`${names.length} regions of this partition, ${after.regions.length} in all.\n`);
