import type { PreflightFinding } from '../plan/plan.ts';
import type { Readiness } from '../plan/readiness.ts';
import { count, paragraphs, table, text } from './markdown.ts';

const words: Readonly<Record<PreflightFinding['outcome'], string>> = {
  blocker: '🔴 blocker',
  unknown: '🔴 unknown',
  warning: '🟡 warning',
  ok: '🟢 ok',
};

/** What `doctor` found in the account of a deployment: what stops it first, each with what to do. */
export function renderReadiness({ deployment, accountId, region, verdict, checks }: Readiness): string {
  const order = ['blocker', 'unknown', 'warning', 'ok'] as const;
  const sorted = order.flatMap((outcome) => checks.filter((check) => check.outcome === outcome));
  return paragraphs(
    `### ${text(deployment)}: account ${text(accountId)}, ${text(region)}`,
    headline(verdict, checks),
    table(['', 'Check', 'Found', 'What to do'], sorted.map(row)),
  );
}

function headline(verdict: Readiness['verdict'], checks: readonly PreflightFinding[]): string {
  const number = (outcome: PreflightFinding['outcome']): number =>
    checks.filter((check) => check.outcome === outcome).length;
  switch (verdict) {
    case 'ready':
      return `**Ready.** ${count(number('warning'), 'warning')}.`;
    case 'not ready':
      return `**Not ready: ${count(number('blocker'), 'blocker')}.** Deploying now would change nothing and fail.`;
    case 'unknown':
      return `**Unknown: ${count(number('unknown'), 'check')} could not be made.**`;
  }
}

function row({ title, outcome, detail, hint, fix }: PreflightFinding): string[] {
  const advice = [hint, fix === undefined ? undefined : `--fix: ${fix.title}`].filter((part) => part !== undefined);
  return [words[outcome], text(title), text(detail), text(advice.join(' '))];
}
