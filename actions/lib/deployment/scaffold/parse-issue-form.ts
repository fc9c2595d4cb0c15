import { quoteValue } from '../quote-value.ts';
import { type Answers, type Question, questions } from './questions.ts';
import type { ScaffoldProblem } from './scaffold-deployment.ts';

/** What somebody filled into the form "New deployment". */
export type FormAnswers =
  | { ok: true; name: string; answers: Answers }
  | { ok: false; problems: readonly ScaffoldProblem[] };

/** Heading of the form's first field, whose answer is no field of the file but the folder's name. */
export const nameLabel = 'Name';

/** GitHub takes no longer bodies (docs.github.com, limits of issues). */
const longestBody = 65_536;

/** Longest answer that is kept; what is made of it is checked again. */
const longestAnswer = 2000;

/** What GitHub writes for a field that was left empty. */
const noResponse = '_No response_';

/**
 * Reads the body that GitHub makes of a filled form: for each field a heading `### Label`, an empty line and the answer on
 * one line. Anybody can edit the body of their issue into anything, so whatever is not exactly this is refused.
 */
export function parseIssueForm(body: string): FormAnswers {
  if (body.length > longestBody) return refused('The text of the issue is too long.');
  const sections = sectionsOf(body.replaceAll('\r\n', '\n'));
  if (sections === undefined) {
    return refused('The issue was not written with the form “New deployment”, or its headings were changed.');
  }
  const problems: ScaffoldProblem[] = [];
  const answers: Answers = {};
  let name = '';
  for (const [label, answer] of sections) {
    const question = questions.find((candidate) => candidate.label === label);
    const problem = sectionProblem(label, question, answer);
    if (problem !== undefined) problems.push(problem);
    else if (answer === '' || answer === noResponse) continue;
    else if (question === undefined) name = answer;
    else answers[question.key] = answer;
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, name, answers };
}

function refused(message: string): FormAnswers {
  return { ok: false, problems: [{ message, hint: 'Open a new issue with the form.' }] };
}

/** Heading and text of each section; undefined when there is text before the first or a heading is there twice. */
function sectionsOf(body: string): Map<string, string> | undefined {
  const [before = '', ...parts] = body.split(/^### /m);
  if (before.trim() !== '' || parts.length === 0) return undefined;
  const sections = new Map<string, string>();
  for (const part of parts) {
    const end = part.indexOf('\n');
    const label = (end < 0 ? part : part.slice(0, end)).trim();
    if (sections.has(label)) return undefined;
    sections.set(label, end < 0 ? '' : part.slice(end).trim());
  }
  return sections;
}

function sectionProblem(label: string, question: Question | undefined, answer: string): ScaffoldProblem | undefined {
  if (question === undefined && label !== nameLabel) {
    return { message: `The form has no field ${quoteValue(label)}.`, hint: 'Leave the headings as they are.' };
  }
  if (answer.length <= longestAnswer && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(answer)) return undefined;
  return {
    ...(question && { question }),
    message: `${label}: the answer must be one line without invisible characters.`,
  };
}
