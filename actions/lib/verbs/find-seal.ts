import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { findMergedPullRequest } from '../adapters/github/merged-pull-requests.ts';
import { readPullRequest } from '../adapters/github/pull-requests.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Seal } from '../plan/seal.ts';
import { readSeal } from '../plan/seal-text.ts';
import type { RecordEntry, Records } from '../ports/records.ts';
import { parsePlanKey, planPrefix, plansPrefix } from '../records/record-keys.ts';
import { newestBefore } from '../records/sealed-plans.ts';
import type { Surroundings } from './surroundings.ts';

/** A sealed plan and where it lies. */
export type StoredSeal = { seal: Seal; digest: string; key: string; writtenAt: Date; records: Records };

export type SealQuestion = {
  /** The digest, 64 hex digits, or how it begins. */
  digest: string;
  /** Declared deployments; the plans of their accounts are searched. */
  deployments: readonly Deployment[];
  /** Only plans of this one, declared or not. */
  only?: string | undefined;
};

type Candidate = { entry: RecordEntry; digest: string; records: Records };

/**
 * Finds a sealed plan by its digest in the records of the deployments' accounts. What is read must be what the digest names.
 * @throws Failure `SealNotFound`, `SealAmbiguous`, `SealAltered`; `AccountUnreadable` when none of the accounts can be read
 */
export async function findSeal(
  surroundings: Pick<Surroundings, 'connect' | 'reporter'>,
  question: SealQuestion,
): Promise<StoredSeal> {
  const candidates: Candidate[] = [];
  const failures: string[] = [];
  const accounts = accountsOf(question);
  for (const deployment of accounts) {
    try {
      candidates.push(...(await candidatesIn(surroundings, deployment, question)));
    } catch (error) {
      // Another account's plans may be there all the same; that this one could not be asked is said in any case.
      const { message, hint = '' } = toFailure(error);
      failures.push(`Account ${deployment.aws.account_id} could not be asked: ${message} ${hint}`.trim());
    }
  }
  const digests = [...new Set(candidates.map(({ digest }) => digest))].sort();
  if (digests.length > 1) throw ambiguous(question.digest, candidates);
  const [found] = candidates;
  if (found === undefined) throw notFound(question, accounts.length, failures);
  for (const failure of failures) surroundings.reporter.warning(failure);
  return await read(found);
}

/** One deployment of each account, and of each role that knows the account's bucket. */
function accountsOf({ deployments, only }: SealQuestion): Deployment[] {
  const own = deployments.filter(({ name }) => name === only);
  const accounts = new Map(
    (own.length > 0 ? own : deployments).map((each) => [`${each.aws.account_id} ${each.aws.plan_role}`, each]),
  );
  return [...accounts.values()];
}

async function candidatesIn(
  { connect }: Pick<Surroundings, 'connect'>,
  deployment: Deployment,
  { digest: prefix, only }: SealQuestion,
): Promise<Candidate[]> {
  const { aws } = await connect(deployment, 'plan');
  const entries = await aws.records.list(plansPrefix(only));
  return entries.flatMap((entry) => {
    const digest = parsePlanKey(entry.key)?.digest;
    return digest?.startsWith(prefix) ? [{ entry, digest, records: aws.records }] : [];
  });
}

async function read({ entry: { key }, digest, records }: Candidate): Promise<StoredSeal> {
  const content = await records.read(key);
  const place = parsePlanKey(key)?.place;
  if (content === undefined || place === undefined) throw altered(key, 'it is not there any more');
  const { deployment } = place;
  const of = 'tip' in place ? { pullRequest: 'tip' as const, head: place.tip } : place;
  try {
    const seal = readSeal(content.body, { digest, deployment, pullRequest: of.pullRequest, head: of.head });
    return { seal, digest, key, writtenAt: content.writtenAt, records };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code !== 'SealMalformed') throw failure;
    throw altered(key, failure.message, failure);
  }
}

function notFound({ digest, only }: SealQuestion, accounts: number, failures: readonly string[]): Failure {
  const where = only === undefined ? 'of the declared deployments' : `of ${only}`;
  if (accounts === 0) {
    return new Failure({
      code: 'SealNotFound',
      source: 'user',
      message: 'No deployment is declared here, so no account is known whose plans could be searched.',
      hint: 'Run this in a checkout that declares the deployment.',
    });
  }
  if (failures.length === accounts) {
    return new Failure({
      code: 'AccountUnreadable',
      source: 'aws',
      message: `No plans ${where} could be read. ${failures.join(' ')}`,
      hint: 'Use credentials of the deployment’s account that may read its bucket of records.',
    });
  }
  return new Failure({
    code: 'SealNotFound',
    source: 'user',
    message: `There is no sealed plan ${digest} ${where}.${failures.length === 0 ? '' : ` ${failures.join(' ')}`}`,
    hint: 'Take the digest from the plan’s comment (“sealed as …”); a plan that says “Not sealed” has none.',
  });
}

function ambiguous(digest: string, candidates: readonly Candidate[]): Failure {
  const shown = candidates.slice(0, 5).map(({ entry }) => entry.key);
  return new Failure({
    code: 'SealAmbiguous',
    source: 'user',
    message: `${candidates.length} sealed plans begin with ${digest}: ${shown.join(', ')}${candidates.length > shown.length ? ' …' : ''}.`,
    hint: 'Give more digits, or --deployment NAME.',
  });
}

function altered(key: string, why: string, cause?: Failure): Failure {
  return new Failure({
    code: 'SealAltered',
    source: 'aws',
    message: `The object ${key} is not the plan that its name says: ${why}`,
    hint: 'Nothing is deployed or destroyed by it. Look who wrote it (S3 versions, CloudTrail), then plan again.',
    cause,
  });
}

/** Whether a sealed plan is somebody's approval, and why. */
export type SealStanding = { kind: 'approved' | 'not approved' | 'for a run by hand' | 'unknown'; why: string };

/** How long a plan of the tip counts for a run by hand. */
export const tipPlanMilliseconds = 24 * 3600_000;

/**
 * Whether merging has approved a sealed plan, by the same rule as deploy and destroy: the newest seal of the merged head that
 * was written before the merge. A teardown needs more than that, which destroy looks at.
 * @param github undefined: GitHub cannot be asked
 */
export async function sealStanding(
  { seal: { origin, deployment, kind }, key, writtenAt, records }: StoredSeal,
  github: GitHubConnection | undefined,
  now: Date,
): Promise<SealStanding> {
  const { pullRequest, head } = origin;
  if (pullRequest === undefined) {
    const isOld = now.getTime() - writtenAt.getTime() >= tipPlanMilliseconds;
    if (isOld) return { kind: 'not approved', why: 'it is a plan of the tip that is older than 24 hours' };
    return { kind: 'for a run by hand', why: 'it is a plan of the tip, and counts where reviewers guard deploy' };
  }
  if (github === undefined) return { kind: 'unknown', why: 'GitHub was not asked: it needs a token in GITHUB_TOKEN' };
  const { id, defaultBranch } = await currentRepository(github);
  if (id !== origin.repositoryId) return { kind: 'not approved', why: 'it was made for another repository' };
  const merged = await findMergedPullRequest(github, pullRequest, defaultBranch);
  const number = `#${pullRequest}`;
  if (merged === undefined) {
    const { isOpen } = await readPullRequest(github, pullRequest);
    return {
      kind: 'not approved',
      why: `${number} is ${isOpen ? 'open' : `closed, and not merged into ${defaultBranch}`}`,
    };
  }
  if (merged.head !== head) {
    return { kind: 'not approved', why: `${number} was merged at another commit, ${merged.head.slice(0, 12)}` };
  }
  if (writtenAt >= merged.mergedAt) return { kind: 'not approved', why: `${number} was merged before it was written` };
  const entries = await records.list(planPrefix({ deployment, pullRequest, head }));
  if (newestBefore(entries, merged.mergedAt)?.key !== key)
    return { kind: 'not approved', why: `${number} was merged after a newer plan of the same commit, which counts` };
  const more = kind === 'teardown' ? '; destroy looks at the label and the rest' : '';
  return { kind: 'approved', why: `${number} was merged ${merged.mergedAt.toISOString()}${more}` };
}
