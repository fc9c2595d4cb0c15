import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { inheritedEnvironment } from './git-command.ts';

/** Longest script that ShellCheck is given, 64 KiB; it takes much memory and time. */
const longestLinted = 64 * 1024;

const notLinted: SyntaxFinding = { line: 1, message: 'ShellCheck did not come to an end with it', severity: 'warning' };

/** Seconds of computing and bytes of memory that a program may take for somebody's script (bash(1), ulimit). */
const mostSeconds = 1;
const mostMemory = 256 * 1024 * 1024;

/** Most of what a program says that is kept. */
const mostSaid = 256 * 1024;

/** Something wrong with a script, as the program that reads it says. */
export type SyntaxFinding = { line: number; message: string; severity: 'error' | 'warning' };

/**
 * Reads a shell script without running it: `bash -n`, and ShellCheck when the machine has it.
 * @returns undefined when there is no bash to ask
 */
export async function checkShellScript(content: Buffer): Promise<SyntaxFinding[] | undefined> {
  const bash = await run('bash', ['--norc', '--noprofile', '-n'], content);
  if (bash === undefined) return undefined;
  if (bash.code !== 0) return [readBashError(bash.stderr)];
  if (content.length > longestLinted) return [notLinted];
  const options = ['--norc', '--shell=bash', '--severity=warning', '--format=json1', '-'];
  const lint = await run('shellcheck', options, content, { memory: undefined });
  return lint === undefined ? [] : readShellCheck(lint);
}

/** Reads a Python script without running it. @returns undefined when there is no Python to ask */
export async function checkPythonScript(content: Buffer): Promise<SyntaxFinding[] | undefined> {
  const program = [
    'import ast, sys',
    'try:',
    '    ast.parse(sys.stdin.buffer.read())',
    'except (SyntaxError, ValueError) as error:',
    "    print(f\"{getattr(error, 'lineno', None) or 1} {getattr(error, 'msg', error)}\")",
  ].join('\n');
  const python = await run('python3', ['-I', '-c', program], content);
  if (python === undefined) return undefined;
  if (python.code !== 0) return [{ line: 1, message: 'Python cannot read it', severity: 'error' }];
  const [, line, message] = /^(\d+) (.*)/.exec(python.stdout) ?? [];
  return line === undefined || message === undefined ? [] : [{ line: Number(line), message, severity: 'error' }];
}

/** `bash: line 3: syntax error near unexpected token …` */
function readBashError(stderr: string): SyntaxFinding {
  const [, line = '1', message = 'bash cannot read it'] = /line (\d+): (.*)/.exec(stderr.slice(0, 2_000)) ?? [];
  return { line: Number(line), message, severity: 'error' };
}

/** The JSON of shellcheck(1), format `json1`. Style and info were not asked for. */
function readShellCheck({ code, stdout }: Said): SyntaxFinding[] {
  if (code > 1) return [notLinted]; // 0 and 1 are its answers (shellcheck(1), RETURN VALUES)
  const { comments } = JSON.parse(stdout) as {
    comments?: { line: number; level: string; code: number; message: string }[];
  };
  return (comments ?? []).map(({ line, level, code, message }) => ({
    line,
    message: `${message} (ShellCheck SC${code})`,
    severity: level === 'error' ? 'error' : 'warning',
  }));
}

type Said = { code: number; stdout: string; stderr: string };

/** What a shell answers when it finds no such program (bash(1), EXIT STATUS). */
const notFound = 127;

/** In place of an exit code for a program that was stopped at a limit. */
const stopped = 255;

/**
 * Runs a program on somebody's script with limits of time, memory and output.
 * @returns undefined when there is no such program
 */
function run(
  program: string,
  args: readonly string[],
  input: Buffer,
  limits: { memory: number | undefined } = { memory: mostMemory },
): Promise<Said | undefined> {
  return new Promise((resolve, reject) => {
    const env = { ...inheritedEnvironment(), LC_ALL: 'C.UTF-8' };
    const [command, ...rest] = limited(program, args, limits.memory);
    const child = spawn(command, rest, { env, stdio: 'pipe', timeout: 30_000, killSignal: 'SIGKILL' });
    const said = { stdout: collectText(child.stdout), stderr: collectText(child.stderr) };
    child.stdin.on('error', () => undefined); // it stops reading at the first error; its exit code tells
    child.stdin.end(input);
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => {
      const whole = said.stdout().length < mostSaid;
      if (code === notFound) resolve(undefined);
      else resolve({ code: whole ? (code ?? stopped) : stopped, stdout: said.stdout(), stderr: said.stderr() });
    });
  });
}

/** The command behind a shell that limits itself first; Windows has neither. */
function limited(program: string, args: readonly string[], memory: number | undefined): [string, ...string[]] {
  if (process.platform === 'win32') return [program, ...args];
  const limits = [`-t ${mostSeconds}`, ...(memory === undefined ? [] : [`-v ${memory / 1024}`])];
  const script = `${limits.map((limit) => `ulimit ${limit} 2>/dev/null`).join('; ')}; exec "$0" "$@"`;
  return ['bash', '--norc', '--noprofile', '-c', script, program, ...args];
}

function collectText(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < mostSaid) chunks.push(chunk.subarray(0, mostSaid - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
