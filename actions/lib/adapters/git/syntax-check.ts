import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { inTurns } from '../workspace/proposal-files.ts';
import { inheritedEnvironment } from './git-command.ts';

/** Longest script that ShellCheck is given, 64 KiB; it takes much memory and time. */
const longestLinted = 64 * 1024;

const notLinted: SyntaxFinding = { line: 1, message: 'ShellCheck did not come to an end with it', severity: 'warning' };

/** Seconds of computing and bytes of memory that a program may take for somebody's script (bash(1), ulimit). */
const mostSeconds = 1;
const mostMemory = 256 * 1024 * 1024;

/** Most of what a program says that is kept: 200 answers of 2,000 characters, and some. */
const mostSaid = 2 * 1024 * 1024;

/** Something wrong with a script, as the program that reads it says. */
export type SyntaxFinding = { line: number; message: string; severity: 'error' | 'warning' };

/** What a program says of several scripts, in their order; undefined for all when there is no such program. */
export type SyntaxFindings = (SyntaxFinding[] | undefined)[];

/**
 * Reads shell scripts without running them: `bash -n`, and ShellCheck when the machine has it. A stranger may propose
 * hundreds: one program reads them all, and after the first that it could not come to an end with no other is read.
 */
export async function checkShellScripts(contents: readonly Buffer[]): Promise<SyntaxFindings> {
  return await eachOnce(contents, async (scripts) => {
    const answers = await readAll('bash', bashReader, scripts);
    if (answers === undefined) return scripts.map(() => undefined);
    return await inTurns(
      scripts.map((content, index) => ({ content, answer: answers[index] })),
      async ({ content, answer }) => {
        if (answer === undefined) return [unread('bash')];
        if (answer !== '') return [readBashError(answer)];
        return await lint(content);
      },
      programsAtOnce,
    );
  });
}

/** Reads Python scripts without running them, as {@link checkShellScripts} does. */
export async function checkPythonScripts(contents: readonly Buffer[]): Promise<SyntaxFindings> {
  return await eachOnce(contents, async (scripts) => {
    const answers = await readAll('python3', pythonReader, scripts);
    return scripts.map((_, index) => {
      if (answers === undefined) return undefined;
      const answer = answers[index];
      if (answer === undefined) return [unread('Python')];
      const [, line, message] = /^(\d+) (.*)/.exec(answer) ?? [];
      return line === undefined || message === undefined ? [] : [{ line: Number(line), message, severity: 'error' }];
    });
  });
}

/** How many programs look at scripts at the same time. */
const programsAtOnce = 4;

const unread = (program: string): SyntaxFinding => {
  return { line: 1, message: `${program} cannot read it, or another script before it`, severity: 'error' };
};

/** Asks about each content once, however many files have it. */
async function eachOnce(
  contents: readonly Buffer[],
  ask: (scripts: readonly Buffer[]) => Promise<SyntaxFindings>,
): Promise<SyntaxFindings> {
  const keys = contents.map((content) => createHash('sha256').update(content).digest('hex'));
  const different = new Map(keys.map((key, index) => [key, contents[index] ?? Buffer.alloc(0)]));
  if (different.size === 0) return [];
  const answers = await ask([...different.values()]);
  const found = new Map([...different.keys()].map((key, index) => [key, answers[index]]));
  return keys.map((key) => found.get(key));
}

/**
 * Answers of one line or none for each file, each ended by a NUL, which no message of bash has. A bash that is stopped at a
 * limit ends all: a status above 128 is a signal's (bash(1), EXIT STATUS).
 */
const bashReader = [
  '-c',
  'for file; do said=$(exec "$BASH" --norc --noprofile -n <"$file" 2>&1); status=$?; ((status > 128)) && exit; ' +
    '((status > 0)) && [[ -z $said ]] && said="line 1: bash cannot read it"; printf "%.2000s\\0" "$said"; done',
  'bash',
];

const pythonReader = [
  '-I',
  '-c',
  [
    'import ast, sys, warnings',
    "warnings.simplefilter('ignore')",
    'for name in sys.argv[1:]:',
    "    said = ''",
    '    try:',
    "        with open(name, 'rb') as file:",
    '            ast.parse(file.read())',
    '    except (SyntaxError, ValueError) as error:',
    "        said = f\"{getattr(error, 'lineno', None) or 1} {getattr(error, 'msg', error)}\"",
    '    except (RecursionError, MemoryError):',
    "        said = '1 Python cannot read it'",
    "    sys.stdout.buffer.write(said.replace('\\0', ' ')[:2000].encode('utf-8', 'replace') + b'\\0')",
    '    sys.stdout.flush()',
  ].join('\n'),
];

/**
 * Has one program read scripts from files, in a folder that only it and we can look into.
 * @returns answers as far as the program came; undefined when there is no such program
 */
async function readAll(
  program: string,
  args: readonly string[],
  scripts: readonly Buffer[],
): Promise<string[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-scripts-'));
  try {
    const files = scripts.map((_, index) => join(folder, String(index)));
    for (const [index, file] of files.entries()) await writeFile(file, scripts[index] ?? '');
    const said = await run(program, [...args, ...files], Buffer.alloc(0));
    return said?.stdout.split('\0').slice(0, -1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lint(content: Buffer): Promise<SyntaxFinding[]> {
  if (content.length > longestLinted) return [notLinted];
  const options = ['--norc', '--shell=bash', '--severity=warning', '--format=json1', '-'];
  const said = await run('shellcheck', options, content, { memory: undefined });
  return said === undefined ? [] : readShellCheck(said);
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
