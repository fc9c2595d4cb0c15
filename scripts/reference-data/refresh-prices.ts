import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shellCredentials } from '../../actions/lib/adapters/aws/shell-credentials.ts';
import { priceTable } from '../../actions/lib/cost/price-table.ts';
import { root } from '../setup/install.mjs';
import { connectPriceList } from './price-list.ts';
import { refreshPrices } from './refreshed-prices.ts';

/**
 * Reads the prices in actions/lib/cost/prices.data.json anew from AWS's price list, for the regions given (default: those
 * of the table). Needs credentials that may call pricing:GetProducts. Ends with 1 when a price could not be read; it then
 * stays as it was.
 */
const { values, positionals } = parseArgs({
  options: { types: { type: 'string', default: '' } },
  allowPositionals: true,
});
const ask = connectPriceList(shellCredentials());
const today = new Date().toISOString().slice(0, 10);
const types = values.types.split(',').filter((type) => type !== '');
const known = Object.values(priceTable.regions).flatMap(({ instances }) => Object.keys(instances));
let table = priceTable;
let failed = false;
for (const region of positionals.length > 0 ? positionals : Object.keys(priceTable.regions)) {
  const refreshed = await refreshPrices(table, region, [...known, ...types], ask, today);
  for (const problem of refreshed.problems) process.stderr.write(`${problem}\n`);
  failed ||= refreshed.problems.length > 0;
  table = refreshed.table;
}
await writeFile(join(root, 'actions/lib/cost/prices.data.json'), `${JSON.stringify(table, null, 2)}\n`);
process.stdout.write('actions/lib/cost/prices.data.json is written; run `npm run format`, look at it and commit it.\n');
process.exitCode = failed ? 1 : 0;
