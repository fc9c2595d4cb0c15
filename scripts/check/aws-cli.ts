import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, sandboxAccountId, startAws } from '@opensarlab/sandbox';
import { type CliCommand, cliCommands, readersCommands } from './aws-cli/commands.ts';
import { type AwsCli, openAwsCli } from './aws-cli/drive.ts';
import { judge, wordsOf } from './aws-cli/judge.ts';
import { findPython } from './python-environment.ts';
import { installPythonTools } from './static-proof/tool-installation.ts';

// Runs the real AWS command line (PyPI awscli) against a sandbox account, on loopback only: command lines over every service
// that the product uses, each with what AWS answers. Prints a table and a figure; ends with 1 when an answer is another one.

const started = performance.now();
if (findPython() === undefined) {
  process.stdout.write('AWS command line against the sandbox: NOT RUN, there is no Python 3.11 or newer on the PATH\n');
  process.exit(process.env['CI'] === 'true' ? 1 : 0);
}
const programs = installPythonTools();
const folder = mkdtempSync(join(tmpdir(), 'opensarlab-aws-cli-'));
const clock = createVirtualClock(1000);
const account = await startAws({ accountId: sandboxAccountId, clock, folder: join(folder, 'aws') });
const file = join(folder, 'abc.txt');
writeFileSync(file, 'abc');
const saved = new Map([
  ['file', file],
  ['now', String(clock.now().getTime())],
]);
const problems: string[] = [];
const rows = new Map<string, { checked: number; wrong: number }>();

const as = (id: string, secret: string, token?: string): AwsCli =>
  openAwsCli(programs, {
    HOME: folder,
    AWS_ENDPOINT_URL: account.url,
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    ...(token === undefined ? {} : { AWS_SESSION_TOKEN: token }),
  });

async function runAll(cli: AwsCli, commands: readonly CliCommand[]): Promise<void> {
  for (const command of commands) {
    const [service = ''] = command.line.split(' ');
    const row = rows.get(service) ?? { checked: 0, wrong: 0 };
    rows.set(service, row);
    row.checked += 1;
    const problem = judge(command, await cli.run(wordsOf(command, saved)), saved);
    if (problem === undefined) continue;
    row.wrong += 1;
    problems.push(`aws ${command.line} ${problem}`);
  }
  cli.close();
}

try {
  await runAll(as(account.administrator.accessKeyId, account.administrator.secretAccessKey), cliCommands);
  const [key = '', secret = '', token = ''] = ['key', 'secret', 'token'].map((name) => saved.get(name));
  await runAll(as(key, secret, token), readersCommands);
  problems.push(...account.bugs.map((bug) => `the sandbox failed: ${bug.message}`));
} finally {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
}

for (const [service, { checked, wrong }] of rows) {
  process.stdout.write(`  ${service.padEnd(26)} ${String(checked).padStart(3)} commands, ${wrong} answered wrongly\n`);
}
for (const problem of problems) process.stdout.write(`  ${problem}\n`);
const count = cliCommands.length + readersCommands.length;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stdout.write(
  `AWS command line against the sandbox: ${count} commands, ${count - problems.length} answered as AWS does (${seconds} s)\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
