import { spawn } from 'node:child_process';
import { root } from '../../setup/install.mjs';

/** How a program ended and all it printed. */
export type ProgramRun = { status: number; output: string };

/** Runs a program in the repository's root. @throws Error when it cannot be started or is ended by a signal */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> {
  return await new Promise((done, failed) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, ...environment } });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end();
    child.on('error', (error) => failed(new Error(`${program} could not be started: ${error.message}`)));
    child.on('close', (status, signal) => {
      if (status === null) failed(new Error(`${program} was ended by ${signal ?? 'a signal'}.`));
      else done({ status, output: Buffer.concat(chunks).toString('utf8').trim() });
    });
  });
}
