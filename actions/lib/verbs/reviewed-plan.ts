import { listComments, marker } from '../github/comments.ts';
import type { GitHubConnection } from '../github/connection.ts';
import { mergedPullRequestsOf } from '../github/pull-requests.ts';
import type { DestructiveChange } from '../plan/plan.ts';
import type { JobRecord } from '../report/job-record.ts';

/** What the reviewers of a merged pull request saw for one deployment. */
export type ReviewedPlan = { fingerprint: string; destructive: DestructiveChange[] };

const opening = '<!-- opensarlab:reviewed:';
const closing = ' -->';

/**
 * The invisible part of the plan comment that binds the deployment to it: per deployment the plan's fingerprint and
 * everything it would remove or replace. Base64, so that no name in it can end the HTML comment.
 */
export function reviewedPlanMark(records: readonly JobRecord[]): string {
  const reviewed = records.flatMap((record) =>
    record.kind === 'plan' && record.value !== undefined
      ? [[record.deployment, { fingerprint: record.value.fingerprint, destructive: record.value.destructive }] as const]
      : [],
  );
  if (reviewed.length === 0) return '';
  const json = JSON.stringify(Object.fromEntries(reviewed));
  return `${opening}${Buffer.from(json).toString('base64')}${closing}\n`;
}

/**
 * The plan that was reviewed before a commit came to the default branch, read from the bot's own comment on the merged
 * pull request. Undefined when the commit came without a pull request or without a plan.
 */
export async function findReviewedPlan(
  github: GitHubConnection,
  commit: string,
  deployment: string,
): Promise<ReviewedPlan | undefined> {
  const [pullRequest] = await mergedPullRequestsOf(github, commit);
  if (pullRequest === undefined) return undefined;
  const comment = (await listComments(github, pullRequest)).findLast(
    ({ authorIsBot, body }) => authorIsBot && body.startsWith(marker('plan')),
  );
  return comment === undefined ? undefined : parseMark(comment.body, deployment);
}

function parseMark(body: string, deployment: string): ReviewedPlan | undefined {
  const start = body.indexOf(opening);
  const end = body.indexOf(closing, start);
  if (start < 0 || end < 0) return undefined;
  const json = Buffer.from(body.slice(start + opening.length, end), 'base64').toString('utf8');
  const plans: unknown = JSON.parse(json);
  if (typeof plans !== 'object' || plans === null) return undefined;
  const plan: unknown = new Map<string, unknown>(Object.entries(plans)).get(deployment);
  return isReviewedPlan(plan) ? plan : undefined;
}

function isReviewedPlan(value: unknown): value is ReviewedPlan {
  if (typeof value !== 'object' || value === null) return false;
  const { fingerprint, destructive } = value as Partial<ReviewedPlan>;
  return typeof fingerprint === 'string' && Array.isArray(destructive);
}
