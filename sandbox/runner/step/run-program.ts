import type { ActivityOutcome, StepActivity } from './activity.ts';
import { createCommandFiles, type FileCommands } from './command-files.ts';
import { runProcess } from './process.ts';
import { stepEnvironment } from './step-environment.ts';

export type ProgramRequest = {
  program: string;
  args: readonly string[];
  folder: string;
  /** INPUT_… and STATE_… */
  own: Readonly<Record<string, string>>;
};

export type ProgramActivity = Pick<
  StepActivity,
  'session' | 'frame' | 'recorder' | 'env' | 'signal' | 'outputs' | 'state' | 'summaries'
> & { contextName: string };

/**
 * Runs one process of a step and takes in what it says: its output line by line, then its command files.
 * @returns `exitCode` of the process; `outcome` is a failure also when a command failed the step
 */
export async function runStepProgram(
  activity: ProgramActivity,
  request: ProgramRequest,
): Promise<{ exitCode: number; outcome: ActivityOutcome }> {
  const { session, recorder } = activity;
  const files = await createCommandFiles(session.folders.commandFiles);
  const environment = stepEnvironment(session, {
    contextName: activity.contextName,
    env: activity.env,
    own: { ...request.own, ...files.variables },
    actionPath: activity.frame.actionPath,
  });
  const { exitCode } = await runProcess({
    program: request.program,
    args: request.args,
    folder: request.folder,
    environment,
    onLine: (line) => recorder.output(line),
    signal: activity.signal,
    minute: session.run.options.timeoutMinute,
  });
  const commands = await files.collect();
  takeIn(activity, commands);
  const failed = exitCode !== 0 || recorder.failed || commands.failures.length > 0;
  return { exitCode, outcome: failed ? 'failure' : 'success' };
}

function takeIn(activity: ProgramActivity, commands: FileCommands): void {
  const { session, recorder } = activity;
  for (const message of [...commands.failures, ...commands.errors]) recorder.annotate('error', message);
  for (const [name, value] of commands.outputs) activity.outputs.set(name, value);
  for (const [name, value] of commands.state) activity.state.set(name, value);
  for (const [name, value] of commands.env) session.env.set(name, value);
  for (const folder of commands.path) session.path.unshift(folder);
  if (commands.summary !== '') activity.summaries.push(session.masker.mask(commands.summary));
}
