import { staticChecks } from './static-proof/linters.ts';
import { installPythonTools } from './static-proof/tool-installation.ts';

/**
 * Proves without an account that what goes to AWS and to GitHub is sound: every template of a matrix of deployments, every
 * policy in them, Dockerfiles, shell scripts and workflows. Ends with 1 when something is found.
 *
 *   npm run check:static -- [PART OF A CHECK'S NAME]
 */
const programs = installPythonTools();
const wanted = staticChecks.filter(({ name }) => name.includes(process.argv[2] ?? ''));
if (wanted.length === 0) throw new Error(`No check is called so: ${process.argv[2]}.`);
let failed = 0;
for (const { name, run } of wanted) {
  const started = performance.now();
  const { checked, problems, notes = [], skipped } = await run(programs);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = problems.length === 0 ? 'nothing found' : `${problems.length} found`;
  process.stdout.write(
    `${name}: ${skipped === undefined ? `${checked} checked, ${verdict}` : `SKIPPED, ${skipped}`} (${seconds} s)\n`,
  );
  for (const line of [...notes, ...problems]) process.stdout.write(`  ${line}\n`);
  if (problems.length > 0) failed += 1;
}
process.stdout.write(failed === 0 ? 'The static proof holds.\n' : `The static proof fails in ${failed} checks.\n`);
process.exitCode = failed === 0 ? 0 : 1;
