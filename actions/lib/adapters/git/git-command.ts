import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '../../failure.ts';
import { gitFailure } from './git-failure.ts';

/** Ways of Git to reach a repository that the mirror uses, in the words of `GIT_ALLOW_PROTOCOL`. */
export type Protocol = 'https' | 'http' | 'ssh' | 'file';

/** User name and password for one Git server. */
export type GitCredentials = { username: string; password: string };

export type GitOptions = {
  /** A repository's folder (bare or not); default: none, as for `ls-remote`. */
  folder?: string;
  credentials?: GitCredentials;
  /** The only server that gets the credentials, e.g. `https://git-codecommit.us-west-2.amazonaws.com`. */
  server?: string;
  /** The only protocol git may use; default: none, as for commands that reach no other repository. */
  protocol?: Protocol;
  /** Give up after this long. */
  limitSeconds?: number;
  /** Written to git's standard input. */
  input?: string | Buffer;
  /** Further variables, e.g. GIT_INDEX_FILE or GIT_AUTHOR_DATE. */
  environment?: Record<string, string>;
  /** Further configuration for this one process, e.g. `['protocol.version', '0']`. */
  settings?: readonly (readonly [key: string, value: string])[];
  /** Enough of the output, in bytes: git is stopped there, and that is no failure. Default: all of it, up to 256 MiB. */
  enough?: number;
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
function configuration({ credentials, server, settings = [] }: GitOptions): Record<string, string> {
  const all: (readonly [string, string])[] = [
    ['credential.helper', ''],
    ['core.autocrlf', 'false'],
    ['core.quotePath', 'false'],
    ['core.fsmonitor', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['safe.directory', '*'],
    ['gc.auto', '0'],
    ['advice.graftFileDeprecated', 'false'],
    // A server that is busy with a large pack sends a few bytes every five seconds; one that sends none for ten minutes hangs.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '600'],
    // What is signed for one server must not follow a redirection to another.
    ['http.followRedirects', credentials ? 'false' : 'initial'],
    ...settings,
  ];
  // Git 2.46 and later then sends the password with the first request instead of waiting for a challenge.
  if (credentials && server)
    all.push([`credential.${server}.helper`, credentialHelper], ['http.proactiveAuth', 'basic']);
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
  'all_proxy',
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
    // CodeCommit knows SHA-1 alone, whatever a later Git makes its default.
    GIT_DEFAULT_HASH: 'sha1',
    GIT_DEFAULT_REF_FORMAT: 'files',
    // An empty list would mean the defaults.
    GIT_ALLOW_PROTOCOL: options.protocol ?? 'none',
    // Nobody is there to answer a question about a host key or a passphrase.
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=30 -o ServerAliveInterval=30',
    GIT_SSH_VARIANT: 'ssh',
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
    });
    const [stdin, stdout, stderr, secret] = child.stdio;
    const output = collect(stdout, options.enough ?? outputLimit, () => child.kill('SIGKILL'));
    const messages = collect(stderr, messageLimit, () => undefined);
    const patience = giveUpAfter(child, options.limitSeconds);
    offer(stdin, options.input ?? '');
    if (options.credentials) offer(secret, credentialLines(options.credentials));
    child.on('error', (cause) => {
      patience.end();
      const message = 'git could not be started.';
      reject(new Failure({ code: 'GitMissing', source: 'user', message, hint: 'Install git and run again.', cause }));
    });
    child.on('close', (code) => {
      patience.end();
      const stdout = Buffer.concat(output.chunks);
      const said = `${Buffer.concat(messages.chunks).toString('utf8')}${patience.complaint()}`;
      if (!output.overflow) resolve({ code: code ?? 1, stdout, stderr: said });
      else if (options.enough !== undefined) resolve({ code: 0, stdout, stderr: said });
      else reject(outputTooLarge(args[0]));
    });
  });
}

function outputTooLarge(command = ''): Failure {
  const message = `git ${command} printed more than 256 MiB and was stopped.`;
  return new Failure({ code: 'GitOutputTooLarge', source: 'git', message });
}

type Patience = { end(): void; complaint(): string };

/** Stops git when it takes too long. A program that it started, such as ssh, may live on; nobody waits for it. */
function giveUpAfter(child: ChildProcess, seconds: number | undefined): Patience {
  let complaint = '';
  const stop = (): void => {
    complaint = `\nfatal: no answer within ${seconds} seconds`;
    child.once('exit', () => {
      for (const stream of child.stdio) stream?.destroy();
    });
    child.kill('SIGTERM');
  };
  const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1_000);
  return { end: () => clearTimeout(timer), complaint: () => complaint };
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
    collected.chunks.push(size <= limit ? chunk : chunk.subarray(0, Math.max(0, chunk.length - (size - limit))));
    if (size <= limit) return;
    if (!collected.overflow) {
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
