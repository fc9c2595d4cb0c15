import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { evaluateText } from '../expressions/token.ts';
import { type ActivityOutcome, type StepActivity, StepFailure } from './activity.ts';
import { runStepProgram } from './run-program.ts';

type ShellCommand = { program: string; args: string[]; extension: string };

/**
 * A `run:` step: the script in a file, run by its shell. When it fails, the exit code becomes an annotation.
 * @throws StepFailure for an unknown shell or a missing folder; ExpressionFailure
 */
export async function runScript(activity: StepActivity): Promise<ActivityOutcome> {
  const { session, definition, scope, recorder } = activity;
  const defaults = activity.frame.runDefaults;
  const setting = (name: string): string | undefined => {
    const token = definition.settings.get(name);
    return token && evaluateText(token, scope);
  };
  const script = setting('run') ?? '';
  const shell = shellCommand(setting('shell') ?? defaults.shell);
  const folder = resolve(session.folders.workspace, setting('working-directory') ?? defaults.workingDirectory ?? '.');
  await requireFolder(folder);
  const file = join(session.folders.temp, `${randomUUID()}${shell.extension}`);
  await writeFile(file, script);
  recorder.write(`##[group]Run ${script.trimStart().split('\n')[0] ?? ''}`);
  recorder.write(`${script.trimEnd()}\n##[endgroup]`);
  try {
    const args = shell.args.map((argument) => argument.replaceAll('{0}', file));
    const result = await runStepProgram(
      { ...activity, contextName: definition.contextName },
      { program: shell.program, args, folder, own: {} },
    );
    if (result.exitCode !== 0 && !activity.signal.aborted) {
      recorder.annotate('error', `Process completed with exit code ${result.exitCode}.`);
    }
    return result.outcome;
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * How a `shell:` runs a script: the known names, or a command with `{0}` for the script's file
 * (workflow syntax, `jobs.<job_id>.steps[*].shell`).
 * @throws StepFailure
 */
function shellCommand(shell: string | undefined): ShellCommand {
  switch (shell) {
    case undefined:
      return { program: 'bash', args: ['-e', '{0}'], extension: '.sh' };
    case 'bash':
      return { program: 'bash', args: ['--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' };
    case 'sh':
      return { program: 'sh', args: ['-e', '{0}'], extension: '.sh' };
    case 'python':
      return { program: 'python', args: ['{0}'], extension: '.py' };
    default:
      return customShell(shell);
  }
}

function customShell(shell: string): ShellCommand {
  const [program, ...args] = shell.trim().split(/\s+/);
  if (program === undefined || !shell.includes('{0}')) {
    throw new StepFailure(
      `Invalid shell option '${shell}'. Shell must be a valid built-in (bash, sh, python) or a format string containing '{0}'`,
    );
  }
  return { program, args, extension: '' };
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!found?.isDirectory()) {
    throw new StepFailure(`The working directory '${folder}' does not exist or is no folder.`);
  }
}
