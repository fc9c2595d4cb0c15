import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { commands } from '../commands.ts';
import { type ExitCode, runCommand } from '../run-command.ts';

/** What a command said and how it ended. */
export type CommandResult = { code: ExitCode; out: string; err: string };

/** A checkout of the repository with one deployment, `sar`, made of the example; removed when the test ends. */
export type ExampleCheckout = {
  folder: string;
  /** Runs `opensarlab <argv>` on this checkout, in this process. */
  run(...argv: string[]): Promise<CommandResult>;
};

const repository = fileURLToPath(new URL('../../..', import.meta.url));

export async function exampleCheckout(): Promise<ExampleCheckout> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const part of ['images', 'cluster']) await cp(join(repository, part), join(folder, part), { recursive: true });
  const example = await readFile(join(repository, 'deployments/_example/opensarlab.yaml'), 'utf8');
  await mkdir(join(folder, 'deployments/sar'), { recursive: true });
  await writeFile(
    join(folder, 'deployments/sar/opensarlab.yaml'),
    example.replace('cost_tag_value: example', 'cost_tag_value: sar'),
  );
  return { folder, run: (...argv) => run([...argv, '--root', folder]) };
}

async function run(argv: string[]): Promise<CommandResult> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(commands, argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
