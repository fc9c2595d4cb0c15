import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../failure.ts';
import { gitFailure } from './git-failure.ts';

/** User name and password for one Git server. */
export type GitCredentials = { username: string; password: string };

export type GitOptions = {
  /** A repository's folder (bare or not); default: none, as for `ls-remote`. */
  folder?: string;
  credentials?: GitCredentials | undefined;
  /** Written to git's standard input. */
  input?: string | Buffer;
  /** Further variables, e.g. GIT_INDEX_FILE or GIT_AUTHOR_DATE. */
  environment?: Record<string, string>;
  /** Further configuration for this one process, e.g. `['protocol.version', '0']`. */
  settings?: readonly (readonly [key: string, value: string])[];
  signal?: AbortSignal;
};

/**
 * Answers git's question for a password with what waits in a pipe that git inherits as file descriptor 3: the secret is
 * in no argument list, environment, URL, file or log.
 */
const credentialHelper = '!f() { test "$1" = get && cat <&3; }; f';

/**
 * Configuration for one git process, given in its environment. The empty `credential.helper` first clears helpers of the
 * machine, which could otherwise store our short-lived password or answer with somebody's own.
 */
function configuration({ credentials, settings = [] }: GitOptions): Record<string, string> {
  const all: (readonly [string, string])[] = [
    ['credential.helper', ''],
    ['core.autocrlf', 'false'],
    ['core.quotePath', 'false'],
    ['core.fsmonitor', 'false'],
    ['safe.directory', '*'],
    ['gc.auto', '0'],
    ['advice.graftFileDeprecated', 'false'],
    ['http.followRedirects', 'initial'],
    // A server that sends less than 1 KB/s for a minute hangs; waiting longer would end in the job's own limit.
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '60'],
    ...settings,
  ];
  // Git 2.46 and later then sends the password with the first request instead of waiting for a challenge.
  if (credentials) all.push(['credential.helper', credentialHelper], ['http.proactiveAuth', 'basic']);
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(all.length) };
  for (const [index, [key, value]] of all.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

/** Variables of the caller that git needs; everything else (tokens of the job above all) stays out of its reach. */
const inherited = [
  'PATH',
  'HOME',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'ALL_PROXY',
  'NO_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
];

/** The caller's variables that a started program gets, without anything secret. */
export function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function gitEnvironment(options: GitOptions): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
    // Nobody is there to answer a question about a host key or a passphrase.
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30',
    ...configuration(options),
    ...options.environment,
  };
}

/** What a git process left behind. */
export type GitResult = { code: number; stdout: Buffer; stderr: string };

/** Largest output kept of one git command, 256 MiB: a listing of a million files. */
const outputLimit = 256 * 1024 * 1024;

/** How much is kept of what git says on standard error; progress and warnings of servers can be long. */
const messageLimit = 256 * 1024;

/**
 * Runs git and returns what it said, whatever its exit code.
 * @throws Failure `GitMissing` when git cannot be started, `GitOutputTooLarge` past 256 MiB
 */
export function tryGit(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', options.folder ? ['-C', options.folder, ...args] : [...args], {
      env: gitEnvironment(options),
      stdio: ['pipe', 'pipe', 'pipe', options.credentials ? 'pipe' : 'ignore'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const [stdin, stdout, stderr, secret] = child.stdio;
    const output = collect(stdout, outputLimit, () => child.kill('SIGKILL'));
    const messages = collect(stderr, messageLimit, () => undefined);
    offer(stdin, options.input ?? '');
    if (options.credentials) offer(secret, credentialLines(options.credentials));
    child.on('error', (cause) => {
      const message = 'git could not be started.';
      reject(new Failure({ code: 'GitMissing', source: 'user', message, hint: 'Install git and run again.', cause }));
    });
    child.on('close', (code) => {
      if (output.overflow) {
        const message = `git ${args[0]} printed more than 256 MiB and was stopped.`;
        reject(new Failure({ code: 'GitOutputTooLarge', source: 'git', message }));
        return;
      }
      const said = Buffer.concat(messages.chunks).toString('utf8');
      resolve({ code: code ?? 1, stdout: Buffer.concat(output.chunks), stderr: said });
    });
  });
}

/** The answer of a credential helper (gitcredentials, "CUSTOM HELPERS"). */
function credentialLines({ username, password }: GitCredentials): string {
  return `username=${username}\npassword=${password}\n`;
}

type Collected = { chunks: Buffer[]; overflow: boolean };

function collect(stream: Readable | null, limit: number, stop: () => void): Collected {
  const collected: Collected = { chunks: [], overflow: false };
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) collected.chunks.push(chunk);
    else if (!collected.overflow) {
      collected.overflow = true;
      stop();
    }
  });
  return collected;
}

/** Writes all of it into a pipe. A git that ends without reading closes it; its exit code tells, not the broken pipe. */
function offer(pipe: Writable | Readable | null | undefined, content: string | Buffer): void {
  if (!pipe || !('end' in pipe)) return;
  pipe.on('error', () => undefined);
  pipe.end(content);
}

/**
 * Runs git and returns its standard output as text.
 * @throws Failure `GitFailed` with git's own last message when it exits with anything but 0
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await gitBytes(args, options)).toString('utf8');
}

/** As `git`, for output that need not be UTF-8: listings of paths, contents of files. */
export async function gitBytes(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const result = await tryGit(args, options);
  if (result.code === 0) return result.stdout;
  throw gitFailure(`git ${args[0]} failed`, result.stderr);
}
