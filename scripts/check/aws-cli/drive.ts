import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../setup/install.mjs';

/** How a command line ended. */
export type CliRun = { status: number; stdout: string; stderr: string };

/** The AWS command line, kept running. */
export type AwsCli = { run(args: readonly string[]): Promise<CliRun>; close(): void };

/**
 * Starts the AWS command line (PyPI `awscli`), which takes one command after the other.
 * @param programs folder of the Python tools
 * @param environment all variables that it sees beside PATH
 */
export function openAwsCli(programs: string, environment: Readonly<Record<string, string>>): AwsCli {
  const script = join(root, 'scripts', 'check', 'aws-cli', 'drive.py');
  const child = spawn(join(programs, 'python'), [script], {
    env: { PATH: process.env.PATH ?? '', PYTHONDONTWRITEBYTECODE: '1', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(args) {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`The AWS command line ended at: aws ${args.join(' ')}`);
      return JSON.parse(value) as CliRun;
    },
    close: () => child.stdin.end(),
  };
}
