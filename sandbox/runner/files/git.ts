import { spawn } from 'node:child_process';
import { devNull } from 'node:os';

/** A git command that failed. The message holds what git printed on stderr. */
class GitFailure extends Error {
  override readonly name = 'GitFailure';
}

/** Git without the configuration of the machine it runs on: no user or system settings, never a password prompt. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

/**
 * Runs git in a folder and returns its standard output.
 * @throws GitFailure when git exits with anything but 0
 */
export function runGit(folder: string, args: readonly string[], input = ''): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: folder, env: gitEnvironment(), stdio: 'pipe' });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    // Git may exit before it has read its input; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(output));
      const message = Buffer.concat(errors).toString().trim();
      reject(new GitFailure(`git ${args[0]} failed with exit code ${code}: ${message}`));
    });
  });
}
