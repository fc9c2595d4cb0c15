import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsCommandLine, installedProgram, type RealProgram, realDocker } from './command-lines/real-programs.ts';
import { recordedLines } from './command-lines/recorded-lines.ts';
import { findPython } from './python-environment.ts';
import { installPythonTools } from './static-proof/tool-installation.ts';

// Has the real programs read every command line of the scripts that run in CodeBuild. Ends with 1 when one would not take it.

const started = performance.now();
if (findPython() === undefined) {
  process.stdout.write('Command lines of the scripts: NOT RUN, there is no Python 3.11 or newer on the PATH\n');
  process.exit(process.env['CI'] === 'true' ? 1 : 0);
}
const lines = recordedLines();
const programs = installPythonTools();
const home = mkdtempSync(join(tmpdir(), 'opensarlab-command-lines-home-'));
const aws = awsCommandLine(programs, home);
const real = new Map<string, RealProgram | undefined>([
  ['aws', aws],
  ['helm', await installedProgram('helm', programs)],
  ['kubectl', await installedProgram('kubectl', programs)],
  ['docker', realDocker()],
]);
let problems = 0;
let notRun = 0;
try {
  for (const [name, program] of real) {
    const own = lines.filter((line) => line.program === name);
    if (program === undefined) {
      notRun += own.length;
      process.stdout.write(
        `  ${name}: ${own.length} command lines NOT RUN, npm run check:command-lines:build builds it\n`,
      );
      continue;
    }
    const found: string[] = [];
    for (const { args, by } of own) {
      const problem = await program.problem(args);
      if (problem !== undefined) found.push(`${by}: ${name} ${args.join(' ')}\n      ${problem}`);
    }
    if (own.length === 0) found.push(`the scripts never call ${name}; is the recording broken?`);
    problems += found.length;
    process.stdout.write(`  ${name}: ${own.length} command lines read, ${found.length} refused (${program.version})\n`);
    for (const line of found) process.stdout.write(`    ${line}\n`);
  }
} finally {
  aws.close();
  rmSync(home, { recursive: true, force: true });
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const read = lines.length - problems - notRun;
process.stdout.write(
  `Command lines of the scripts: ${read} of ${lines.length} taken, ${notRun} not run (${seconds} s)\n`,
);
process.exitCode = problems === 0 ? 0 : 1;
