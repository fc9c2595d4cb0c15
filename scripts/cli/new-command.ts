import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { type Answers, questions } from '../../actions/lib/deployment-scaffold/questions.ts';
import {
  isDeploymentName,
  type ScaffoldProblem,
  type ScaffoldSurroundings,
  scaffoldDeployment,
} from '../../actions/lib/deployment-scaffold/scaffold-deployment.ts';
import { Failure } from '../../actions/lib/failure.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import type { Workspace } from '../../actions/lib/workspace/workspace.ts';
import { askQuestions } from './ask-questions.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

const answerOptions: ParseArgsOptionsConfig = Object.fromEntries(
  questions.map(({ flag, kind }) => [flag, { type: kind === 'yes-no' ? 'boolean' : 'string' }]),
);

export const newCommand: Command = {
  options: { ...rootOption, 'dry-run': { type: 'boolean' }, ...answerOptions },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [name = ''] = args.positionals;
    const workspace = await openCheckout(args);
    const surroundings = await surroundingsOf(workspace, name);
    const given = answersOf(args);
    const answers = needsPerson(given) && streams.ask ? await askQuestions(name, given, surroundings, streams) : given;
    const result = scaffoldDeployment(name, answers, surroundings);
    if (!result.ok) {
      for (const problem of result.problems) tell(problem, streams);
      return 2;
    }
    if (args.flag('dry-run')) streams.out(result.text.trimEnd());
    else await write(workspace, result, streams);
    return 0;
  },
};

async function surroundingsOf(workspace: Workspace, name: string): Promise<ScaffoldSurroundings> {
  // The name becomes a path: anything that is no name must not get that far.
  if (!isDeploymentName(name)) {
    throw misused(
      `${JSON.stringify(name)} cannot be the name of a deployment.`,
      'Use lower-case letters, digits and single hyphens, starting with a letter, at most 32 characters.',
    );
  }
  const [example, folders, folder] = await Promise.all([
    workspace.text('deployments/_example/opensarlab.yaml'),
    workspace.deploymentFolders(),
    workspace.deploymentFolder(name, ''),
  ]);
  return { example, folders, folder };
}

function answersOf(args: CommandArguments): Answers {
  const answers: Answers = {};
  for (const { key, flag, kind } of questions) {
    const answer = kind === 'yes-no' && args.flag(flag) ? 'yes' : args.text(flag);
    if (answer !== undefined) answers[key] = answer;
  }
  return answers;
}

function needsPerson(given: Answers): boolean {
  return questions.some(
    ({ key, required, fallback }) => required && fallback === undefined && given[key] === undefined,
  );
}

function tell({ question, message, hint }: ScaffoldProblem, { err }: TerminalStreams): void {
  err(inertLine(`error: ${question === undefined ? '' : `--${question.flag}: `}${message}`));
  if (hint !== undefined) err(inertLine(`       ${hint}`));
}

async function write(
  workspace: Workspace,
  { file, text, warnings }: { file: string; text: string; warnings: readonly { message: string }[] },
  { out, err }: TerminalStreams,
): Promise<void> {
  const path = join(workspace.root, file);
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new Failure({
      code: 'FileExists',
      source: 'user',
      message: `${file} exists already and was left as it is.`,
      hint: 'Choose another name, or edit the file that is there.',
    });
  }
  for (const message of new Set(warnings.map((warning) => warning.message))) err(inertLine(`warning: ${message}`));
  out(`Wrote ${file}. Look through it, commit it on a branch and open a pull request: the comment there says what is`);
  out('not ready in the account and shows what merging would make in AWS.');
}
