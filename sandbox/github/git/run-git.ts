import { spawn } from 'node:child_process';

/** A Git command that did not end with 0. */
class GitCommandError extends Error {
  override readonly name = 'GitCommandError';
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export type GitOptions = {
  input?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures; default only 0. */
  accept?: readonly number[];
};

/**
 * Runs Git in a bare repository, without the configuration of the machine or of the person.
 * @returns what it wrote and its exit code
 * @throws GitCommandError for an exit code that is not accepted
 */
export function runGit(
  gitFolder: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<{ stdout: Buffer; exitCode: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], { cwd: gitFolder, env: gitEnvironment(options.env), stdio: 'pipe' });
    const output: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      if (exitCode === null || !(options.accept ?? [0]).includes(exitCode)) {
        return reject(new GitCommandError(args, exitCode, stderr));
      }
      resolve({ stdout: Buffer.concat(output), exitCode });
    });
    // Git may end without reading its input; the exit code tells what happened.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** The output of `runGit` as text without the final line end. */
export async function gitText(gitFolder: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { stdout } = await runGit(gitFolder, args, options);
  return stdout.toString('utf8').replace(/\n$/, '');
}

function gitEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}
