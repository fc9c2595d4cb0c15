import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readVersions } from '../../actions/lib/stacks/versions.ts';
import { root } from '../setup/install.mjs';
import { refreshVersions } from './refreshed-versions.ts';
import { curatedBuildImages, gatherVersionFacts } from './version-facts.ts';

/** How long a chart repository or GitHub may take, in milliseconds. */
const patience = 60_000;

/**
 * Brings the ends of support and the days of checks in cluster/versions.yaml up to date and names newer versions. Needs
 * credentials that may call eks:DescribeClusterVersions, eks:DescribeAddonVersions and
 * codebuild:ListCuratedEnvironmentImages. Ends with 1 when a pinned version is gone.
 */
const { values } = parseArgs({ options: { region: { type: 'string', default: 'us-west-2' } } });
const path = join(root, 'cluster', 'versions.yaml');
const file = await readFile(path, 'utf8');
const facts = await gatherVersionFacts(readVersions(file), values.region, {
  fetchText,
  buildImages: () => curatedBuildImages(values.region),
});
const { text, notes, broken } = refreshVersions(file, facts, new Date().toISOString().slice(0, 10));
await writeFile(path, text);
for (const note of notes) process.stdout.write(`${note}\n`);
process.stdout.write(
  `${path} is ${text === file ? 'as it was' : 'refreshed; look at the difference and commit it'}.\n`,
);
process.exitCode = broken ? 1 : 0;

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return await response.text();
}
