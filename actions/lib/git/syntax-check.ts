import { spawn } from 'node:child_process';
import { inheritedEnvironment } from './git-command.ts';

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
  const options = ['--norc', '--shell=bash', '--severity=warning', '--format=json1', '-'];
  const lint = await run('shellcheck', options, content);
  return lint === undefined ? [] : readShellCheck(lint.stdout);
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
  if (python === undefined || python.code !== 0) return undefined;
  const [, line, message] = /^(\d+) (.*)/.exec(python.stdout) ?? [];
  return line === undefined || message === undefined ? [] : [{ line: Number(line), message, severity: 'error' }];
}

/** `bash: line 3: syntax error near unexpected token …` */
function readBashError(stderr: string): SyntaxFinding {
  const [, line = '1', message = 'bash cannot read it'] = /line (\d+): (.*)/.exec(stderr) ?? [];
  return { line: Number(line), message, severity: 'error' };
}

/** The JSON of shellcheck(1), format `json1`. Style and info were not asked for. */
function readShellCheck(json: string): SyntaxFinding[] {
  const { comments } = JSON.parse(json) as {
    comments?: { line: number; level: string; code: number; message: string }[];
  };
  return (comments ?? []).map(({ line, level, code, message }) => ({
    line,
    message: `${message} (ShellCheck SC${code})`,
    severity: level === 'error' ? 'error' : 'warning',
  }));
}

/** Undefined when there is no such program. */
function run(
  program: string,
  args: readonly string[],
  input: Buffer,
): Promise<{ code: number; stdout: string; stderr: string } | undefined> {
  return new Promise((resolve, reject) => {
    const env = { ...inheritedEnvironment(), LC_ALL: 'C.UTF-8' };
    const child = spawn(program, [...args], { env, stdio: 'pipe', timeout: 30_000, killSignal: 'SIGKILL' });
    const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => said[name].push(chunk));
    child.stdin.on('error', () => undefined); // it stops reading at the first error; its exit code tells
    child.stdin.end(input);
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => {
      const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(said[name]).toString('utf8');
      resolve({ code: code ?? 1, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}
