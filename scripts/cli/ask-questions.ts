import {
  type Answers,
  answerFallback,
  type Question,
  type QuestionKey,
  questions,
} from '../../actions/lib/deployment/scaffold/questions.ts';
import {
  type ScaffoldProblem,
  type ScaffoldSurroundings,
  scaffoldDeployment,
} from '../../actions/lib/deployment/scaffold/scaffold-deployment.ts';
import { exampleParts } from '../../actions/lib/deployment/scaffold/scaffold-file.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** Wrong answers to one question after which the command gives up; a person needs fewer, a broken pipe would go on. */
const mostAttempts = 10;

/** What the interview is about, and where it takes place. */
export type Interview = {
  name: string;
  surroundings: ScaffoldSurroundings;
  ask: (question: string) => Promise<string>;
  err: TerminalStreams['err'];
};

/**
 * Asks the person at the terminal for what is not given yet. Each answer is checked at once, with the checks that the
 * finished file goes through. Enter takes the default, or leaves out what is optional.
 * @param given what the options say, without problems of its own, see `problemsSoFar`
 * @returns the given answers and the new ones; after too many wrong attempts without that answer
 */
export async function askQuestions(interview: Interview, given: Answers): Promise<Answers> {
  let answers = given;
  for (const question of questions) {
    if (answers[question.key] !== undefined || !question.asked(answers)) continue;
    interview.err(`\n${question.about}.`);
    answers = await askOne(interview, question, answers);
  }
  return answers;
}

/**
 * What is wrong with the name and the answers given so far. For required ones that are still to come stand values that
 * fit to the others, so that only what was answered is judged.
 */
export function problemsSoFar(
  { name, surroundings }: Pick<Interview, 'name' | 'surroundings'>,
  answers: Answers,
): readonly ScaffoldProblem[] {
  const result = scaffoldDeployment(name, { ...standIns(name, answers), ...answers }, surroundings);
  return result.ok ? [] : result.problems;
}

async function askOne(interview: Interview, question: Question, answers: Answers): Promise<Answers> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const answer = (await interview.ask(prompt(question, interview.surroundings.example))).trim() || question.fallback;
    if (answer === undefined && !question.required) return answers;
    const changed = answer === undefined ? answers : { ...answers, [question.key]: answer };
    const problems = answer === undefined ? [{ message: 'An answer is needed.' }] : problemsSoFar(interview, changed);
    if (problems.length === 0) return changed;
    for (const problem of problems) interview.err(inertLine(`  ${sentence(problem)}`));
  }
  return answers;
}

function sentence({ message, hint = '' }: ScaffoldProblem): string {
  return `${message} ${hint}`.trimEnd();
}

function prompt(question: Question, example: string): string {
  const { label, choices, kind } = question;
  const known = kind === 'profiles' ? exampleParts(example).profiles.map(({ name }) => name) : choices;
  const options = known === undefined ? '' : ` (${known.join(', ')})`;
  const otherwise = kind === 'profiles' ? 'all' : answerFallback(question);
  return `${label}${options}${otherwise === 'required' ? '' : ` [${otherwise}]`}: `;
}

/** Account and region as the ARNs say that were given; else any that the checks let through. */
function standIns(name: string, answers: Answers): Answers {
  const arnKeys: readonly QuestionKey[] = ['certificate_arn', 'admin_email_address_sns_arn'];
  const [, , , region, account] = arnKeys.map((key) => answers[key]?.split(':')).find((parts) => parts) ?? [];
  return {
    account_id: account || '123456789012',
    ...(region ? { region } : {}),
    admin_user_name: 'admin',
    admin_email_address: 'admin@example.org',
    deployment_url: `https://${name}.example.invalid`,
  };
}
