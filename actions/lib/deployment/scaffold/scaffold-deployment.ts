import type { Diagnostic } from '../diagnostic.ts';
import { quoteValue } from '../quote-value.ts';
import { type DeploymentFolder, readDeployments } from '../read-deployments.ts';
import { type Answers, type Question, questionAt, questions } from './questions.ts';
import { answerList, exampleParts, scaffoldFile } from './scaffold-file.ts';

/** What a new declaration is made from and must fit to. */
export type ScaffoldSurroundings = {
  /** Text of `deployments/_example/opensarlab.yaml`. */
  example: string;
  /** The declarations that exist, as `readDeployments` takes them. */
  folders: readonly DeploymentFolder[];
  /** The new folder without its text: its name, file, and the images and hooks that it can use. */
  folder: Omit<DeploymentFolder, 'text'>;
  /** A day of expiry must not be over by then. */
  now: Date;
};

/** What is wrong with an answer, in a sentence for the person who gave it. */
export type ScaffoldProblem = {
  /** Absent: it is about the name, or about no single answer. */
  question?: Question;
  message: string;
  hint?: string;
};

export type ScaffoldResult =
  | { ok: true; file: string; text: string; warnings: Diagnostic[] }
  | { ok: false; problems: readonly ScaffoldProblem[] };

/** Longest answer; addresses and ARNs are much shorter. */
const longestAnswer = 2000;

/**
 * The file of a new deployment, or everything that keeps it from being valid. Names and answers may come from strangers.
 */
export function scaffoldDeployment(name: string, answers: Answers, surroundings: ScaffoldSurroundings): ScaffoldResult {
  const problems = [
    ...nameProblems(name, surroundings),
    ...questions.flatMap((question) => answerProblems(question, answers[question.key], surroundings)),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const text = scaffoldFile(surroundings.example, name, answers);
  const { folder, folders, now } = surroundings;
  const others = folders.filter(({ name: other }) => other !== folder.name);
  // There was nothing before it, so that its day of expiry counts as newly set.
  const declaration = { ...folder, text, base: '', today: now.toISOString().slice(0, 10) };
  const { diagnostics } = readDeployments([...others, declaration]);
  const own = diagnostics.filter(({ file }) => file === folder.file);
  const errors = own.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { ok: false, problems: errors.map(problemOf) };
  return { ok: true, file: folder.file, text, warnings: own };
}

/** Whether a name can be a folder's at all; the checks of the declaration say more. */
export function isDeploymentName(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 32;
}

function nameProblems(name: string, { folders }: ScaffoldSurroundings): ScaffoldProblem[] {
  if (!isDeploymentName(name)) {
    return [
      {
        message: `${quoteValue(name)} cannot be the name of a deployment.`,
        hint: 'Use lower-case letters, digits and single hyphens, starting with a letter, at most 32 characters.',
      },
    ];
  }
  // A folder may be there before its file, with customizations in it.
  const there = folders.find((folder) => folder.name === name);
  if (there === undefined || (there.text === undefined && there.unreadable === undefined)) return [];
  return [{ message: `${there.file} exists already.`, hint: 'Choose another name, or edit the file that is there.' }];
}

/** Problems of one answer that can be seen before there is a file. */
function answerProblems(
  question: Question,
  answer: string | undefined,
  { example }: ScaffoldSurroundings,
): ScaffoldProblem[] {
  const { label, required, fallback, kind, choices = [] } = question;
  if (answer === undefined) {
    return required && fallback === undefined ? [{ question, message: `${label} is missing.` }] : [];
  }
  if (answer.length > longestAnswer || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(answer)) {
    return [{ question, message: `${label}: ${quoteValue(answer)} is too long or has invisible characters.` }];
  }
  const refuse = (value: string, known: readonly string[]): ScaffoldProblem => ({
    question,
    message: `${label} cannot be ${quoteValue(value)}.`,
    hint: `Choose from: ${known.join(', ')}.`,
  });
  switch (kind) {
    case 'choice':
      return choices.includes(answer) ? [] : [refuse(answer, choices)];
    case 'yes-no':
      return ['yes', 'no'].includes(answer) ? [] : [refuse(answer, ['yes', 'no'])];
    case 'profiles': {
      const known = exampleParts(example).profiles.map(({ name }) => name);
      const chosen = answerList(answer);
      const unknown = chosen.filter((name) => !known.includes(name));
      return chosen.length === 0 ? [refuse(answer, known)] : unknown.map((name) => refuse(name, known));
    }
    case 'text':
    case 'number':
    case 'list':
      return [];
  }
}

function problemOf({ path, message, hint }: Diagnostic): ScaffoldProblem {
  const question = questionAt(path);
  return { ...(question === undefined ? {} : { question }), message, ...(hint === undefined ? {} : { hint }) };
}
