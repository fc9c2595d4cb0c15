// Refreshes actions/lib/deployment/instance-types.json with the credentials of the shell:
//
//   node scripts/launch.mjs scripts/reference-data/refresh-instance-types.ts [REGION…]
//
// A region names only the types that it has; give several to find more. Default: us-east-1 us-west-2 eu-west-1.
import { EC2Client, type InstanceTypeInfo, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import { type InstanceTypeTable, withInstanceTypes } from './instance-type-table.ts';
import { readTable, writeTable } from './json-table.ts';

const regions = process.argv.length > 2 ? process.argv.slice(2) : ['us-east-1', 'us-west-2', 'eu-west-1'];
const answers: InstanceTypeInfo[] = [];
for (const region of regions) {
  for await (const page of paginateDescribeInstanceTypes({ client: new EC2Client({ region }) }, { MaxResults: 100 })) {
    answers.push(...(page.InstanceTypes ?? []));
  }
}
const before = (await readTable('instance-types')) as InstanceTypeTable;
const after = withInstanceTypes(before, answers, new Date().toISOString().slice(0, 10));
await writeTable('instance-types', after);
process.stdout.write(
  `${answers.length} answers of ${regions.join(', ')}; ${Object.keys(after.families).length} families.\n`,
);
