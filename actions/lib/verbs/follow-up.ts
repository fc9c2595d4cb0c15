import { upsertComment } from '../adapters/github/comments.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository, fileAtTip } from '../adapters/github/default-branch.ts';
import { plannablePullRequests, startPlan } from '../adapters/github/plan-runs.ts';
import { openProposal } from '../adapters/github/proposal.ts';
import { toFailure } from '../failure.ts';
import { canonicalJson, sha256 } from '../plan/canonical-json.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { RunIdentity } from '../records/record-keys.ts';
import { renderUndeclared } from '../report/conclusion.ts';
import type { JobRecord } from '../report/job-record.ts';
import { code, count, paragraphs, text } from '../report/markdown.ts';
import { renderRows } from '../report/rows-report.ts';
import { prepareReturn } from './return-deployment.ts';

/** A deployment that was refused because it went further than what was approved. */
type Refused = { deployment: string; rows: readonly PlanRow[] };

/** Pull requests whose plans are started after one run; the others get theirs when somebody pushes to them. */
const mostPlans = 50;

/**
 * Opens one pull request that has reviewed what a run refused: its plan shows exactly the difference, and merging it is the
 * approval that was missing. Nothing changes by it but a line that only makes the plan come.
 * @returns its number; none when nothing was refused
 */
async function followDeploy(
  github: GitHubConnection,
  reporter: Reporter,
  { run, attempt }: RunIdentity,
  records: readonly JobRecord<'deploy'>[],
): Promise<number[]> {
  const refused = records.flatMap(({ deployment, refused: thrown, value }): Refused[] => {
    const rows = thrown ?? value?.refused ?? [];
    return rows.length === 0 ? [] : [{ deployment, rows }];
  });
  if (refused.length === 0) return [];
  const { defaultBranch } = await currentRepository(github);
  const changes = await reviewedDeclarations(github, reporter, refused, { run, attempt, defaultBranch });
  if (changes.length === 0) return [];
  const names = refused.map(({ deployment }) => deployment);
  const { number, url } = await openProposal(github, {
    branch: `review/${run}-${attempt}`,
    title: `Review what was refused for ${names.length > 3 ? count(names.length, 'deployment') : names.join(', ')}`,
    body: renderReview(refused),
    changes,
  });
  reporter.info(`Opened ${url}`);
  await startPlan(github, { pullRequest: number }, defaultBranch);
  return [number];
}

async function reviewedDeclarations(
  github: GitHubConnection,
  reporter: Reporter,
  refused: readonly Refused[],
  { run, attempt, defaultBranch }: RunIdentity & { defaultBranch: string },
): Promise<{ path: string; content: string }[]> {
  const changes: { path: string; content: string }[] = [];
  for (const { deployment, rows } of refused) {
    const path = `deployments/${deployment}/opensarlab.yaml`;
    const declaration = await fileAtTip(github, path, defaultBranch);
    if (declaration === undefined)
      reporter.warning(`${deployment} is not declared any more; there is nothing to review.`);
    else {
      // Of the run too: what was refused, reviewed and is refused once more would change no line, and so have no plan.
      const digest = sha256(canonicalJson({ run, attempt, rows }));
      changes.push({ path, content: withReviewedLine(declaration, digest) });
    }
  }
  return changes;
}

/**
 * Opens pull requests that declare again what lost its declaration without a decision to destroy it: one for each, only to be
 * planned and destroyed. What cannot be prepared keeps no other from being so.
 * @param merged pull requests that the run was for; the way on is shown on them
 * @returns the numbers of those that were opened or are open
 */
async function followDestroy(
  github: GitHubConnection,
  reporter: Reporter,
  records: readonly JobRecord<'destroy'>[],
  merged: readonly number[],
): Promise<number[]> {
  const numbers: number[] = [];
  for (const { deployment: name, undeclared } of records) {
    if (undeclared?.lastDeclaredAt === undefined) continue;
    const { lastDeclaredAt: declaredAt, missing } = undeclared;
    try {
      const { pullRequest } = await prepareReturn({ reporter }, github, { name, declaredAt, missing });
      numbers.push(pullRequest);
      const markdown = renderUndeclared({ name, isGone: true, missing }, pullRequest);
      reporter.summary(markdown);
      for (const number of merged) await upsertComment(github, number, `undeclared ${name}`, markdown);
    } catch (error) {
      reporter.warning(`${name} cannot be declared again by itself: ${toFailure(error).message}`);
    }
  }
  return numbers;
}

/**
 * What a run's records ask for: pull requests that bring back, or that review what was refused.
 * @param merged as for `followDestroy`
 * @returns their numbers
 */
export async function follow(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  run: RunIdentity,
  records: readonly JobRecord<'deploy' | 'destroy'>[],
  merged: readonly number[],
): Promise<number[]> {
  const deployed = records.flatMap((record) => (record.kind === 'deploy' ? [record] : []));
  const destroyed = records.flatMap((record) => (record.kind === 'destroy' ? [record] : []));
  return [
    ...(await followDeploy(github, reporter, run, deployed)),
    ...(await followDestroy(github, reporter, destroyed, merged)),
  ];
}

/** Starts the plans of all open pull requests: those that came while a deployment or teardown ran were not sealed. */
export async function planOpenPullRequests(
  github: GitHubConnection,
  reporter: Reporter,
  except: readonly number[],
): Promise<void> {
  const { defaultBranch } = await currentRepository(github);
  const numbers = (await plannablePullRequests(github, defaultBranch)).filter((number) => !except.includes(number));
  for (const number of numbers.slice(-mostPlans)) {
    try {
      await startPlan(github, { pullRequest: number }, defaultBranch);
    } catch (error) {
      // One that cannot be started keeps no other from its plan.
      reporter.warning(`The plan of #${number} was not started: ${toFailure(error).message}`);
    }
  }
  if (numbers.length > mostPlans) {
    reporter.warning(`Only the newest ${mostPlans} of ${numbers.length} open pull requests are planned anew.`);
  }
}

function renderReview(refused: readonly Refused[]): string {
  return paragraphs(
    'A deployment would have done more than the merged plans contain, so it changed nothing. The plan of this pull request shows the difference. **Merge it to approve that**, or correct the declaration here. Closing it leaves everything as it is.',
    ...refused.map(({ deployment, rows }) => paragraphs(`### ${text(deployment)}`, renderRows(rows)).trimEnd()),
    `The line ${code('reviewed:')} changes nothing in AWS.`,
  );
}

/**
 * A declaration with the digest of what is to be reviewed. Nothing but the selection reads it: it makes the declaration
 * differ, so that a pull request with it gets a plan. Comments, order and layout of the rest stay as a person wrote them.
 * @param digest 64 hex digits
 */
function withReviewedLine(declaration: string, digest: string): string {
  const lines = declaration.split('\n');
  const at = lines.findIndex((line) => line.startsWith('reviewed:'));
  if (at >= 0) return lines.with(at, `reviewed: ${digest}`).join('\n');
  const end = declaration === '' || declaration.endsWith('\n') ? '' : '\n';
  return `${declaration}${end}reviewed: ${digest}\n`;
}
