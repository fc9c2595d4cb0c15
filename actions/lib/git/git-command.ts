import { spawn } from 'node:child_process';
import { Failure } from '../failure.ts';

/** User name and password for one Git server; handed to git through its environment only. */
export type GitCredentials = { username: string; password: string };

export type GitOptions = {
  /** A repository's folder (bare or not); default: none, as for `ls-remote`. */
  folder?: string;
  credentials?: GitCredentials;
  /** Written to git's standard input. */
  input?: string | Buffer;
  /** Further variables, e.g. GIT_INDEX_FILE or GIT_AUTHOR_DATE. */
  environment?: Record<string, string>;
  signal?: AbortSignal;
};

/**
 * Answers git's question for a password from two variables of its environment, so that the secret is in no argument
 * list, URL, configuration file or log.
 */
const credentialHelper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$OPENSARLAB_GIT_USERNAME" "$OPENSARLAB_GIT_PASSWORD"; }; f';

/**
 * Configuration for one git process, given in its environment. The empty `credential.helper` first clears helpers of the
 * machine, which could otherwise store our short-lived password or answer with somebody's own.
 */
function configuration(credentials: GitCredentials | undefined): Record<string, string> {
  const settings: [string, string][] = [
    ['credential.helper', ''],
    ['core.autocrlf', 'false'],
    ['core.quotePath', 'false'],
    ['protocol.ext.allow', 'never'],
    ['gc.auto', '0'],
    ['http.followRedirects', 'initial'],
  ];
  if (credentials) settings.push(['credential.helper', credentialHelper]);
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  if (credentials) {
    environment.OPENSARLAB_GIT_USERNAME = credentials.username;
    environment.OPENSARLAB_GIT_PASSWORD = credentials.password;
  }
  return environment;
}

/** Variables of the caller that git needs; everything else (tokens of the job above all) stays out of its reach. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'];

function gitEnvironment(options: GitOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...configuration(options.credentials),
    ...options.environment,
  };
}

/** What a git process left behind. */
export type GitResult = { code: number; stdout: Buffer; stderr: string };

/** Largest output kept of one git command, 64 MiB: a listing of a million refs. */
const outputLimit = 64 * 1024 * 1024;

/**
 * Runs git and returns what it said, whatever its exit code.
 * @throws Failure `GitMissing` when git cannot be started, `GitOutputTooLarge` past 64 MiB
 */
export function tryGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', options.folder ? ['-C', options.folder, ...args] : [...args], {
      env: gitEnvironment(options),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= outputLimit) stdout.push(chunk);
      else child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A git that exits early (no such repository) closes its input; its exit code tells, not the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (cause) => {
      const message = 'git could not be started.';
      reject(new Failure({ code: 'GitMissing', source: 'user', message, hint: 'Install git and run again.', cause }));
    });
    child.on('close', (code) => {
      if (size > outputLimit) {
        const message = `git ${args[0]} printed more than 64 MiB and was stopped.`;
        reject(new Failure({ code: 'GitOutputTooLarge', source: 'git', message }));
        return;
      }
      resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

/**
 * Runs git and returns its standard output as text.
 * @throws Failure `GitFailed` with git's own last message when it exits with anything but 0
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await tryGit(args, options);
  if (result.code === 0) return result.stdout.toString('utf8');
  throw new Failure({
    code: 'GitFailed',
    source: 'git',
    message: `git ${args[0]} failed: ${lastLine(result.stderr)}`,
  });
}

/** The line of git's messages that says why: the last `fatal:`, `error:` or `remote:` line, else the last one. */
export function lastLine(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? lines.at(-1) ?? 'it gave no reason';
}
