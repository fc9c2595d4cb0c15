import { type Answers, type Question, questions } from '../../actions/lib/deployment-scaffold/questions.ts';
import {
  type ScaffoldProblem,
  type ScaffoldSurroundings,
  scaffoldDeployment,
} from '../../actions/lib/deployment-scaffold/scaffold-deployment.ts';
import { exampleParts } from '../../actions/lib/deployment-scaffold/scaffold-file.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** Wrong answers to one question after which the command gives up; a person needs fewer, a broken pipe would go on. */
const mostAttempts = 10;

/** Answers with which every other question can be checked, one at a time. */
const placeholders: Answers = {
  account_id: '123456789012',
  admin_user_name: 'admin',
  admin_email_address: 'admin@example.org',
  deployment_url: 'https://example.org',
};

/**
 * Asks the person at the terminal for what is not given yet. Each answer is checked at once, with the checks that the
 * finished file goes through. Enter takes the default, or leaves out what is optional.
 * @returns the given answers and the new ones; after too many wrong attempts without that answer
 */
export async function askQuestions(
  name: string,
  given: Answers,
  surroundings: ScaffoldSurroundings,
  { err, ask }: TerminalStreams,
): Promise<Answers> {
  if (ask === undefined) return given;
  const answers = { ...given };
  for (const question of questions) {
    if (!question.asked || answers[question.key] !== undefined) continue;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const answer = (await ask(prompt(question, surroundings.example))).trim() || question.fallback;
      if (answer === undefined && !question.required) break;
      const problems = problemsOf(name, question, { ...answers, [question.key]: answer }, surroundings);
      if (answer !== undefined && problems.length === 0) {
        answers[question.key] = answer;
        break;
      }
      for (const { message, hint = '' } of problems) err(inertLine(`  ${message} ${hint}`.trimEnd()));
    }
  }
  return answers;
}

function prompt({ label, choices, kind, required, fallback }: Question, example: string): string {
  const known = kind === 'profiles' ? exampleParts(example).profiles.map(({ name }) => name) : choices;
  const options = known === undefined ? '' : ` (${known.join(', ')})`;
  const otherwise = fallback ?? (kind === 'profiles' ? 'all' : required ? undefined : 'none');
  return `${label}${options}${otherwise === undefined ? '' : ` [${otherwise}]`}: `;
}

/** What is wrong with this answer, as far as the other answers tell. */
function problemsOf(
  name: string,
  question: Question,
  answers: Answers,
  surroundings: ScaffoldSurroundings,
): ScaffoldProblem[] {
  const result = scaffoldDeployment(name, { ...placeholders, ...definedOnly(answers) }, surroundings);
  if (answers[question.key] === undefined) return [{ question, message: 'An answer is needed.' }];
  return result.ok ? [] : result.problems.filter((problem) => problem.question?.key === question.key);
}

function definedOnly(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== undefined));
}
