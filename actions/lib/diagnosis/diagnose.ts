import type { StackEvent } from '../ports/cloudformation.ts';
import { awsCauses } from './aws-causes.ts';
import { buildCauses } from './build-causes.ts';
import { type Cause, type LogCause, matches } from './cause.ts';
import { cleanWords, codesIn } from './clean-words.ts';
import { clusterCauses } from './cluster-causes.ts';
import { lineWeights } from './log-lines.ts';
import { type RemedyKey, remedies } from './remedies.ts';

/** What is wrong, and what to do about it. */
export type Finding = {
  /** Stable; `unknown` when no rule knows the message. */
  cause: string;
  /** What it means in plain words, without a full stop; absent when the cause is unknown. */
  means?: string;
  /** AWS's own words, in one line and without noise; empty when there are none. */
  said: string;
  remedy: RemedyKey;
  /** One or two sentences. */
  todo: string;
};

/** The failed event that a finding is about; absent when none says anything. */
export type StackFinding = Finding & { event?: StackEvent };

/** The part of an operation whose failure is meant: what made it fail, or why what failed could not be rolled back. */
export type StackPart = 'operation' | 'rollback';

const cancelledByPerson: Cause = {
  key: 'cancelled-by-person',
  signs: [],
  means: 'somebody cancelled it',
  remedy: 'run-again',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-update-cancel.html',
};
const buildTimeout: Cause = {
  key: 'build-timeout',
  signs: [],
  means: 'the build ran out of its time',
  remedy: 'shorten-build',
  source: 'https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BuildPhase.html',
};
const buildStopped: Cause = {
  key: 'cancelled-by-person',
  signs: [],
  means: 'somebody stopped the build',
  remedy: 'run-again',
  source: 'https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StopBuild.html',
};
const buildFault: Cause = {
  key: 'service-trouble',
  signs: [],
  means: 'CodeBuild had trouble of its own',
  remedy: 'run-again',
  source: 'https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html',
};

/** What CloudFormation writes when it stops resources because another one failed. */
const cancelled = /^Resource (creation|update|deletion|import) cancelled/i;

/**
 * The event that made an operation fail: the earliest failed one that is not merely cancelled because of another, before the
 * rollback began; a nested stack only when none of its resources tells more.
 * @param events of one operation, oldest first
 */
export function findRootCause(events: readonly StackEvent[], part: StackPart = 'operation'): StackEvent | undefined {
  const ordered = [...events].sort((a, b) => a.at.getTime() - b.at.getTime());
  const starts = ordered.flatMap((event, index) => (isRollbackStart(event) ? [index] : []));
  const first = starts[0] ?? ordered.length;
  if (part === 'rollback') return firstFailure(ordered.slice((starts.at(-1) ?? -1) + 1)) ?? firstFailure(ordered);
  const before = firstFailure(ordered.slice(0, first));
  return before !== undefined && isReal(before) ? before : (realFailure(ordered.slice(first)) ?? before);
}

/**
 * Why an operation on a stack failed, from its events.
 * @param events of one operation, oldest first; those of nested stacks may be among them
 */
export function diagnoseStack(events: readonly StackEvent[], part: StackPart = 'operation'): StackFinding {
  const event = findRootCause(events, part);
  if (event !== undefined && isReal(event)) return { ...diagnoseReason(event), event };
  const byPerson = events.some((each) => isRollbackStart(each) && /User Initiated|cancel/i.test(each.reason ?? ''));
  if (byPerson) return { ...known(cancelledByPerson, ''), ...(event === undefined ? {} : { event }) };
  return { ...unknown(cleanWords(event?.reason ?? '')), ...(event === undefined ? {} : { event }) };
}

/** What an error of AWS's API means. */
export function diagnoseError(error: {
  name: string;
  code?: string;
  message: string;
  status?: number | undefined;
}): Finding {
  const status = error.status === undefined ? '' : `HTTP ${error.status}`;
  const said = cleanWords(error.message);
  const text = [error.name, error.code ?? '', status, codesIn(error.message), said].join(' ');
  const cause = awsCauses.find((each) => matches(each, text));
  if (cause !== undefined) return known(cause, said);
  const general = awsCauses.find(({ key }) => key === generalCause(error.status));
  return general === undefined ? unknown(said) : known(general, said);
}

/** What CloudFormation says about a change set that it refuses, or a stack as a whole. */
export function diagnoseWords(words: string): Finding {
  return diagnoseReason({ type: '', reason: words });
}

/** A failed build, as far as it says why. */
export type FailedBuild = {
  /** CodeBuild's `buildStatus`. */
  status?: string;
  /** The first phase that failed, with CodeBuild's own words. */
  phase?: { name: string; message: string };
  /** The log, oldest line first. */
  lines: readonly string[];
};

/** How much of a line is read: its beginning and its end say what it is about. */
const readHead = 1500;
const readTail = 500;

/**
 * Why a build failed: of all lines of its log the one that says most, whether of Docker, conda, Helm or a pod. Linear in the
 * length of the log.
 */
export function diagnoseBuild({ status, phase, lines }: FailedBuild): Finding {
  if (status === 'TIMED_OUT') return known(buildTimeout, '');
  if (status === 'STOPPED') return known(buildStopped, '');
  const phaseWords = phase === undefined ? [] : [phaseReason(phase)];
  let best: { cause: Cause; weight: number; line: string } | undefined;
  const weights = [...phaseWords.map(() => 1), ...lineWeights(lines.map(shortened))];
  for (const [at, line] of [...phaseWords, ...lines].entries()) {
    const counts = weights[at] ?? 0;
    const found = counts > 0 ? readLine(line) : undefined;
    const weight = (found?.weight ?? 0) * counts;
    if (found !== undefined && (best === undefined || weight > best.weight)) best = { ...found, weight, line };
  }
  if (best !== undefined) return known(best.cause, cleanWords(shortened(best.line)));
  const words = phase === undefined || isCommandError(phase.message) ? undefined : diagnoseWords(phase.message);
  if (words !== undefined && words.cause !== 'unknown') return words;
  if (status === 'FAULT') return known(buildFault, words?.said ?? '');
  const own = lines.filter((line) => line.trim() !== '' && !line.startsWith('[Container]'));
  const last = own.findLast((line) => telling.test(shortened(line)) && !repeating.test(shortened(line))) ?? own.at(-1);
  return unknown(cleanWords(shortened(last ?? phase?.message ?? '')));
}

/** All that can be found, once each, for the page of the table and for tests. */
export function allCauses(): readonly (Cause & { place: 'aws' | 'build' | 'cluster' })[] {
  const rows = [
    ...awsCauses.map((cause) => ({ ...cause, place: 'aws' as const })),
    ...[cancelledByPerson].map((cause) => ({ ...cause, place: 'aws' as const })),
    ...[...buildCauses, buildTimeout, buildStopped, buildFault].map((cause) => ({ ...cause, place: 'build' as const })),
    ...clusterCauses.map((cause) => ({ ...cause, place: 'cluster' as const })),
  ];
  const seen = new Set<string>();
  return rows.filter(({ key, place }) => {
    const isNew = !seen.has(`${place} ${key}`);
    seen.add(`${place} ${key}`);
    return isNew;
  });
}

function diagnoseReason({ type, reason = '' }: Pick<StackEvent, 'type' | 'reason'>): Finding {
  const said = cleanWords(reason);
  const text = [type, codesIn(reason), said].join(' ');
  const cause = isRollUp(said) ? undefined : awsCauses.find((each) => matches(each, text));
  return cause === undefined ? unknown(said) : known(cause, said);
}

function isRollbackStart({ type, status }: StackEvent): boolean {
  return type === 'AWS::CloudFormation::Stack' && status.endsWith('ROLLBACK_IN_PROGRESS');
}

/** A nested stack only repeats what became of its resources. */
function isRollUp(reason: string): boolean {
  return /resource\(s\) failed to/i.test(reason);
}

function isReal({ type, reason }: StackEvent): boolean {
  if (reason === undefined || reason.trim() === '' || cancelled.test(reason)) return false;
  return type !== 'AWS::CloudFormation::Stack' || !isRollUp(reason);
}

function isFailed({ status }: StackEvent): boolean {
  return status.endsWith('_FAILED');
}

function realFailure(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter((event) => isFailed(event) && isReal(event));
  return failed.find(({ type }) => type !== 'AWS::CloudFormation::Stack') ?? failed[0];
}

/** The first real failure, or what comes next to one. */
function firstFailure(events: readonly StackEvent[]): StackEvent | undefined {
  const failed = events.filter(isFailed);
  const resources = failed.filter(({ type }) => type !== 'AWS::CloudFormation::Stack');
  const rollUps = failed.filter(({ type, reason }) => {
    return type === 'AWS::CloudFormation::Stack' && /^Embedded stack/i.test(reason ?? '');
  });
  return realFailure(events) ?? rollUps[0] ?? resources[0];
}

/** An HTTP status says a little where the error's name says nothing. */
function generalCause(status: number | undefined): string | undefined {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'access-denied';
  return status !== undefined && status >= 500 && status !== 501 ? 'service-trouble' : undefined;
}

function isCommandError(message: string): boolean {
  return message.includes('COMMAND_EXECUTION_ERROR');
}

/** The command that a phase repeats is not what it says about it. */
function phaseReason({ name, message }: { name: string; message: string }): string {
  if (!isCommandError(message)) return `${name}: ${message}`;
  const at = message.lastIndexOf('Reason:');
  return at === -1 ? '' : message.slice(at);
}

/** A line that most likely says what went wrong, and one that only says that something did. */
const telling =
  /\b(error|fatal|failed|failure|cannot|could not|denied|exception|invalid|no such|not found|does not|did not)\b/i;
const repeating = /failed to solve|did not complete successfully|non-zero code|executor failed/i;

/** Weight of what AWS's command line says in a log. */
const awsWeight = 5.4;

function readLine(text: string): { cause: Cause; weight: number } | undefined {
  const line = shortened(text).trimEnd();
  if (line === '') return undefined;
  let best: { cause: Cause; weight: number } | undefined;
  for (const cause of logCauses) {
    if ((best === undefined || cause.weight > best.weight) && matches(cause, line))
      best = { cause, weight: cause.weight };
  }
  if (best === undefined || best.weight < awsWeight) {
    const said = fromAws(line);
    if (said !== undefined) best = { cause: said, weight: awsWeight };
  }
  return best;
}

const logCauses: readonly LogCause[] = [...buildCauses, ...clusterCauses];

function fromAws(line: string): Cause | undefined {
  if (!/An error occurred \(|not authorized to perform|with an explicit deny/.test(line)) return undefined;
  const text = `${codesIn(line)} ${cleanWords(line)}`;
  return awsCauses.find((each) => matches(each, text));
}

function shortened(line: string): string {
  return line.length <= readHead + readTail ? line : `${line.slice(0, readHead)} … ${line.slice(-readTail)}`;
}

function known({ key, means, remedy }: Cause, said: string): Finding {
  return { cause: key, means, said, remedy, todo: remedies[remedy] };
}

function unknown(said: string): Finding {
  return { cause: 'unknown', said, remedy: 'look-in-console', todo: remedies['look-in-console'] };
}
