import { join } from 'node:path';
import type { Workspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import {
  type Answers,
  answerFallback,
  answerForm,
  type Question,
  questions,
} from '../../actions/lib/deployment/scaffold/questions.ts';
import {
  isDeploymentName,
  type ScaffoldProblem,
  type ScaffoldSurroundings,
  scaffoldDeployment,
} from '../../actions/lib/deployment/scaffold/scaffold-deployment.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { askQuestions, problemsSoFar } from './ask-questions.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, type CommandOption, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';
import { writeNewFile } from './write-new-file.ts';

export const newCommand: Command = {
  options: {
    ...Object.fromEntries(questions.map((question) => [question.flag, optionOf(question)])),
    'dry-run': { type: 'boolean', help: 'Print the file instead of writing it.' },
    ...rootOption,
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [name = ''] = args.positionals;
    const workspace = await openCheckout(args);
    const surroundings = await surroundingsOf(workspace, name);
    const given = answersOf(args);
    const interview = { name, surroundings, err: streams.err };
    const early = [...(streams.ask ? [] : missing(given)), ...problemsSoFar(interview, given)];
    if (early.length > 0) return refuse(early, streams);
    const { ask } = streams;
    const answers = ask && missing(given).length > 0 ? await askQuestions({ ...interview, ask }, given) : given;
    const result = scaffoldDeployment(name, answers, surroundings);
    if (!result.ok) return refuse(result.problems, streams);
    if (args.flag('dry-run')) streams.out(result.text.trimEnd());
    else await write(name, workspace, result, streams);
    return 0;
  },
};

function optionOf(question: Question): CommandOption {
  const { label, about } = question;
  const form = answerForm(question);
  const help = `${label} (${answerFallback(question)}). ${about}.`;
  return form === undefined ? { type: 'boolean', help } : { type: 'string', value: form, help };
}

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
  return { example, folders, folder, now: machineClock.now() };
}

function answersOf(args: CommandArguments): Answers {
  const answers: Answers = {};
  for (const { key, flag, kind } of questions) {
    const answer = kind === 'yes-no' ? (args.flag(flag) ? 'yes' : undefined) : args.text(flag);
    if (answer !== undefined) answers[key] = answer;
  }
  return answers;
}

/** Answers that there must be and that nothing stands in for. */
function missing(given: Answers): ScaffoldProblem[] {
  return questions
    .filter(({ key, required, fallback }) => required && fallback === undefined && given[key] === undefined)
    .map((question) => ({ question, message: `${question.label} is missing.`, hint: `${question.about}.` }));
}

/** Says all that is wrong; nothing was written. */
function refuse(problems: readonly ScaffoldProblem[], { err }: TerminalStreams): 2 {
  for (const { question, message, hint } of problems) {
    err(inertLine(`error: ${question === undefined ? '' : `--${question.flag}: `}${message}`));
    if (hint !== undefined) err(inertLine(`       ${hint}`));
  }
  return 2;
}

async function write(
  name: string,
  workspace: Workspace,
  { file, text, warnings }: { file: string; text: string; warnings: readonly { message: string }[] },
  { out, err }: TerminalStreams,
): Promise<void> {
  await writeNewFile(join(workspace.root, file), text, file, 'Choose another name, or edit the file that is there.');
  for (const message of new Set(warnings.map((warning) => warning.message))) err(inertLine(`warning: ${message}`));
  for (const line of nextSteps(name, file)) out(line);
}

function nextSteps(name: string, file: string): string[] {
  return [
    `Wrote ${file}. Next steps:`,
    `  1. Look through it. After a change: npx opensarlab validate ${name}`,
    '     With credentials of the account, --live also says what is not ready there.',
    `  2. Once per account: npx opensarlab bootstrap --help`,
    '  3. Commit the file on a branch and open a pull request. The comment there shows what merging',
    '     would make in AWS, what it would cost and what is missing. Nothing is deployed before.',
  ];
}
