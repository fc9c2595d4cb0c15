import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How one command ended. */
export type CommandResult = { ok: true } | { ok: false; reason: string };

/** Output may still arrive for this long after a command's shell ended, when it left a process in the background. */
const DRAIN_MILLISECONDS = 250;

/**
 * The shell of one build. Variables, exported or not, and the working folder pass from each command to the next, through
 * all phases (docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html: version 0.2 "runs all build commands in
 * the same instance of the default shell"). Shell options and functions do not pass: every command gets a new process,
 * so that its exit status is its own.
 */
export type BuildShell = {
  /**
   * Runs one command, which may have several lines; the last one's exit status counts.
   * @param signal kills the command and everything it started
   */
  run(command: string, signal: AbortSignal): Promise<CommandResult>;
  /** Sets a variable for the following commands. */
  setVariable(name: string, value: string): void;
  /** Kills what commands left running. */
  close(): void;
};

/**
 * @param options.folder scratch folder of the build, for the shell's state
 * @param options.environment all variables of the first command; nothing of this process is passed on
 * @param options.output takes standard output and standard error as they come
 */
export async function openBuildShell(options: {
  shell: 'sh' | 'bash';
  folder: string;
  workingFolder: string;
  environment: Readonly<Record<string, string>>;
  output: (text: string) => void;
}): Promise<BuildShell> {
  const state = join(options.folder, 'shell');
  await mkdir(state, { recursive: true });
  await writeFile(join(state, 'environment.sh'), exports(options.environment));
  await writeFile(join(state, 'folder.txt'), options.workingFolder);
  const groups = new Set<number>();
  const added: Record<string, string> = {};
  const runInNewShell = async (command: string, signal: AbortSignal): Promise<CommandResult> => {
    await writeFile(join(state, 'script.sh'), scriptFor(command, state, added));
    // Only PATH, to find the shell: the other variables come from the saved state, where a command may have unset them.
    const env = { PATH: options.environment['PATH'] ?? '' };
    return execute(
      { shell: options.shell, script: join(state, 'script.sh'), env, output: options.output },
      groups,
      signal,
    );
  };
  return {
    run: runInNewShell,
    setVariable: (name, value) => {
      added[name] = value;
    },
    close: () => {
      for (const group of groups) killGroup(group);
    },
  };
}

/** Restores the state of the command before, runs the command, and saves the state however it ends. */
function scriptFor(command: string, state: string, added: Readonly<Record<string, string>>): string {
  const file = (name: string): string => quote(join(state, name));
  return [
    `. ${file('environment.sh')}`,
    exports(added),
    `cd "$(cat ${file('folder.txt')})" || exit 1`,
    `trap "export -p > ${file('environment.sh')}; pwd > ${file('folder.txt')}" EXIT`,
    'set -a', // every variable is exported, and saved with the exported ones
    command,
    '',
  ].join('\n');
}

const exports = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

type Execution = {
  shell: string;
  script: string;
  env: Record<string, string>;
  output: (text: string) => void;
};

function execute(execution: Execution, groups: Set<number>, signal: AbortSignal): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that everything the command started can be killed with it.
    const child = spawn(execution.shell, [execution.script], {
      env: execution.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    const kill = (): void => {
      if (group !== undefined) killGroup(group);
    };
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    child.stdout.setEncoding('utf8').on('data', execution.output);
    child.stderr.setEncoding('utf8').on('data', execution.output);
    child.on('error', reject);
    child.on('exit', (code, killedBy) => {
      const finish = (): void => {
        signal.removeEventListener('abort', kill);
        clearTimeout(drain);
        resolve(resultOf(code, killedBy));
      };
      const drain = setTimeout(finish, DRAIN_MILLISECONDS);
      child.on('close', () => {
        // Nobody holds the output any more: the group is gone, and its number may be given to other processes.
        if (group !== undefined) groups.delete(group);
        finish();
      });
    });
  });
}

function resultOf(code: number | null, killedBy: NodeJS.Signals | null): CommandResult {
  if (code === 0) return { ok: true };
  return { ok: false, reason: code === null ? `signal: ${killedBy}` : `exit status ${code}` };
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // no such process: it has ended
  }
}
