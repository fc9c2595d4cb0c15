import { Failure } from '../failure.ts';
import type { AwsPorts, Build } from '../ports/aws-ports.ts';
import type { Reporter } from '../ports/reporter.ts';

/** How many lines of a failed build's log are shown. */
const shownLines = 30;

/** How much of a line is shown, and how much of the last one goes into the sentence. */
const shownLength = 500;
const quotedLength = 200;

/**
 * Why a build failed, in one line: its first failed phase in CodeBuild's own words and the last thing a command printed.
 * The end of its log is reported line by line, so that nobody has to look for it in the console.
 * @param build one that ended without success
 */
export async function explainFailedBuild(
  build: Build,
  { ports, reporter }: { ports: Pick<AwsPorts, 'logGroups'>; reporter: Reporter },
): Promise<string> {
  const reason = describeFailedBuild(build);
  const lines = await readEnd(build, ports, reporter);
  if (lines.length === 0) return reason;
  reporter.info(`The last ${lines.length} lines of the log of build ${build.id}:`);
  for (const line of lines) reporter.info(`│ ${shorten(line, shownLength)}`);
  const last = lines.findLast((line) => !line.startsWith('[Container]'));
  return last === undefined ? reason : `${reason}; it last said: ${shorten(last, quotedLength)}`;
}

function describeFailedBuild(build: Build): string {
  if (build.status === 'TIMED_OUT') return 'the build ran out of its time';
  if (build.status === 'STOPPED') return 'somebody stopped the build';
  const phase = build.failedPhase;
  return phase === undefined
    ? `the build ended in ${build.status}`
    : `${phase.name}: ${phase.message.replace(/\s+/g, ' ')}`;
}

/** A log that cannot be read must not hide that the build failed. */
async function readEnd({ log }: Build, ports: Pick<AwsPorts, 'logGroups'>, reporter: Reporter): Promise<string[]> {
  if (log === undefined) return [];
  try {
    const lines = await ports.logGroups.lastLines(log, shownLines);
    return lines.filter((line) => line.trim() !== '');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    reporter.warning(`The log of the failed build cannot be shown: ${error.message}`);
    return [];
  }
}

function shorten(line: string, length: number): string {
  const text = line.replace(/\p{Cc}+/gu, ' ').trimEnd();
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
