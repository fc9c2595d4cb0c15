import { cleanWords } from '../diagnosis/clean-words.ts';
import { diagnoseBuild, type Finding } from '../diagnosis/diagnose.ts';
import { Failure } from '../failure.ts';
import type { AwsPorts, Build } from '../ports/aws-ports.ts';
import type { Reporter } from '../ports/reporter.ts';

/** How many lines of a failed build's log are read, and how many of its end are shown. */
const readLines = 2000;
const shownLines = 30;

/** How much of a line is shown, and how much of one goes into the sentence. */
const shownLength = 500;
const quotedLength = 300;

/** Why a build failed, in one line, and what to do about it. */
export type BuildExplanation = { sentence: string; todo: string };

/**
 * Why a build failed: its first failed phase, what the line of its log that matters means, and that line. Where no rule knows
 * one, the last thing that a command printed. The end of the log is reported line by line, so that nobody has to look for it
 * in the console.
 * @param build one that ended without success
 */
export async function explainFailedBuild(
  build: Build,
  { ports, reporter }: { ports: Pick<AwsPorts, 'logGroups'>; reporter: Reporter },
): Promise<BuildExplanation> {
  const lines = await readEnd(build, ports, reporter);
  const finding = diagnoseBuild({
    status: build.status,
    ...(build.failedPhase === undefined ? {} : { phase: build.failedPhase }),
    lines,
  });
  const shown = lines.slice(-shownLines);
  if (shown.length > 0) reporter.info(`The last ${shown.length} lines of the log of build ${build.id}:`);
  for (const line of shown) reporter.info(`│ ${shorten(line.replace(/\p{Cc}+/gu, ' ').trimEnd(), shownLength)}`);
  const sentence = finding.means === undefined ? unexplained(build, finding, lines) : explainedBy(build, finding);
  const todo = build.logUrl === undefined ? finding.todo : `${finding.todo} The build's log: ${build.logUrl}`;
  return { sentence, todo };
}

function explainedBy({ failedPhase }: Build, { means = '', said }: Finding): string {
  const phase = failedPhase === undefined ? '' : `${failedPhase.name}: `;
  return said === '' ? means : `${phase}${means}; the log says: ${shorten(said, quotedLength)}`;
}

function unexplained({ failedPhase, status }: Build, { said }: Finding, lines: readonly string[]): string {
  const reason =
    failedPhase === undefined
      ? `the build ended in ${status}`
      : `${failedPhase.name}: ${shorten(cleanWords(failedPhase.message), quotedLength)}`;
  return lines.length === 0 || said === '' ? reason : `${reason}; it last said: ${shorten(said, quotedLength)}`;
}

/** A log that cannot be read must not hide that the build failed. */
async function readEnd({ log }: Build, ports: Pick<AwsPorts, 'logGroups'>, reporter: Reporter): Promise<string[]> {
  if (log === undefined) return [];
  try {
    const lines = await ports.logGroups.lastLines(log, readLines);
    return lines.filter((line) => line.trim() !== '');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    reporter.warning(`The log of the failed build cannot be shown: ${error.message}`);
    return [];
  }
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
