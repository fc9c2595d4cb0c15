import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { StepFailure } from './activity.ts';

export type ProcessRequest = {
  program: string;
  args: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  /** Each line of standard output and error, in the order they arrive, without its line break. */
  onLine(line: string): void;
  /** Aborted: the process and everything it started is asked to end, then killed. */
  signal: AbortSignal;
  /** Real milliseconds in a minute of patience with a process that shall end; default 60,000. */
  minute?: number | undefined;
};

/** 128 + the signal's number would be a shell's way; GitHub reports a killed process as failed. */
export type ProcessResult = { exitCode: number };

/**
 * How long a process may take to end after SIGINT and after SIGTERM, in milliseconds
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
 */
const INTERRUPT_GRACE = 7_500;
const TERMINATE_GRACE = 2_500;

/** How long output may stay open after the process ended, because something it started still holds it. */
const OPEN_OUTPUT_GRACE = 2_000;

/**
 * Runs a program in a process group of its own, without standard input.
 * @throws StepFailure when the program cannot be started; the signal's reason when it is already aborted
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  request.signal.throwIfAborted();
  const child = spawn(request.program, request.args, {
    cwd: request.folder,
    env: request.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const outputs = [child.stdout, child.stderr].map((stream) => readLines(stream, request.onLine));
  const stop = (): void => stopGroup(child, (request.minute ?? 60_000) / 60_000);
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    const exitCode = await exitOf(child, request.program);
    await settleWithin(Promise.all(outputs), OPEN_OUTPUT_GRACE);
    return { exitCode };
  } finally {
    request.signal.removeEventListener('abort', stop);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function exitOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new StepFailure(`'${program}' cannot be started: ${error.message}`)));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  return new Promise((resolve) => {
    stream.once('close', () => {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
      resolve();
    });
  });
}

async function settleWithin(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

/** SIGINT, then SIGTERM, then SIGKILL to the whole group. */
function stopGroup(child: ChildProcess, scale: number): void {
  signalGroup(child, 'SIGINT');
  const terminate = setTimeout(() => signalGroup(child, 'SIGTERM'), INTERRUPT_GRACE * scale);
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), (INTERRUPT_GRACE + TERMINATE_GRACE) * scale);
  child.once('exit', () => {
    clearTimeout(terminate);
    clearTimeout(kill);
    signalGroup(child, 'SIGKILL');
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: nothing of the group is left; EPERM: only processes that have ended and are not yet reaped (macOS).
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
