import type { GitHubConnection } from '../adapters/github/connection.ts';
import {
  type MergedDetails,
  mergedPullRequest,
  mergedPullRequestsOf,
} from '../adapters/github/merged-pull-requests.ts';
import {
  labelAtMerge,
  lastChangeOf,
  type MergedRange,
  mergedRange,
  ownCommits,
} from '../adapters/github/merged-range.ts';
import { pullRequestFiles } from '../adapters/github/pull-requests.ts';
import {
  type DefaultBranch,
  defaultBranchTip,
  readCommit,
  remoteChange,
  remoteFolder,
  remoteTrees,
} from '../adapters/github/repository-trees.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { draftOf } from '../deployment/deployment-file.ts';
import { Failure, toFailure } from '../failure.ts';
import type { TeardownSeal } from '../plan/seal.ts';
import type { Records } from '../ports/records.ts';
import { planPrefix } from '../records/record-keys.ts';
import { newestBefore, storedSeal } from '../records/sealed-plans.ts';
import {
  judgeTeardown,
  type MissingConsent,
  type SealFinding,
  type TeardownFacts,
  withoutPullRequest,
} from '../teardown/consent.ts';
import { pastDeployment } from './find-deployment.ts';
import type { Surroundings } from './surroundings.ts';

/** Whether one deployment may be destroyed, and by which decision. */
export type DestroyConsent =
  | {
      granted: true;
      name: string;
      /** As declared just before the merge. */
      deployment: Deployment;
      pullRequest: number;
      seal: TeardownSeal;
      sealKey: string;
      sealedAt: Date;
    }
  | {
      granted: false;
      name: string;
      /** The merged pull request that comes closest; undefined when none removed the folder. */
      pullRequest: number | undefined;
      missing: MissingConsent[];
      /** The last commit that had the folder, for bringing it back; undefined when it is on the default branch, or unknown. */
      lastDeclaredAt: string | undefined;
    };

export type ConsentQuestion = {
  name: string;
  /** Commits of the default branch that may have removed the folder, newest first; empty with a pull request. */
  commits: readonly string[];
  /** A pull request that somebody named: a teardown that was interrupted, or that nobody started. */
  pullRequest?: number;
  /** Opens the records of the account that the declaration names. */
  openRecords(deployment: Deployment): Promise<Records>;
};

/**
 * Looks up whether a merged pull request is consent to destroy a deployment: what it removed by Git's trees, its label by its
 * timeline, its sealed plan in the records, and the default branch as it is now. Nothing is destroyed, and nothing is taken
 * from the checkout, the event, a comment or a branch's name.
 */
export async function destroyConsent(
  surroundings: Pick<Surroundings, 'workspace'>,
  github: GitHubConnection,
  question: ConsentQuestion,
): Promise<DestroyConsent> {
  const { name } = question;
  const main = await defaultBranchTip(github);
  const { sha: tip } = main;
  const answers: DestroyConsent[] = [];
  for (const number of await candidates(github, question)) {
    const pull = await mergedPullRequest(github, number);
    if (pull === undefined) continue;
    const answer = await consentOf(surroundings, github, question, { pull, main });
    if (answer.granted) return answer;
    answers.push(answer);
  }
  const closest = answers.flatMap((answer) => (answer.granted ? [] : [answer])).sort(byMissing)[0];
  if (closest !== undefined) return closest;
  const none = withoutPullRequest(name);
  const lastDeclaredAt = await declaredBefore(github, tip, name);
  return { granted: false, name, pullRequest: undefined, missing: none.granted ? [] : none.missing, lastDeclaredAt };
}

async function candidates(github: GitHubConnection, { commits, pullRequest }: ConsentQuestion): Promise<number[]> {
  if (pullRequest !== undefined) return [pullRequest];
  const found = new Set<number>();
  for (const commit of commits) for (const number of await mergedPullRequestsOf(github, commit)) found.add(number);
  return [...found];
}

type Merge = { pull: MergedDetails; main: DefaultBranch };

async function consentOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  github: GitHubConnection,
  { name, openRecords }: ConsentQuestion,
  { pull, main }: Merge,
): Promise<DestroyConsent> {
  const tip = main.sha;
  const range = await mergedRange(github, pull);
  const [change, folder] = [
    await remoteChange(github, range.before, pull.mergeCommit),
    await remoteFolder(github, range.before, name),
  ];
  const declared = await declaredDeployment(surroundings, name, folder?.declaration);
  const known: Omit<TeardownFacts, 'seal'> = {
    deployment: name,
    pullRequest: pull.number,
    intoDefaultBranch: pull.base === main.branch,
    wholeRemoval: change.wholeRemoval,
    touchedBeside: await touchedBeside(github, pull.number, name),
    labelled: await labelAtMerge(github, pull),
    atTip: await stateAtTip(github, name, tip, pull, range),
    protection: protectionOf(folder?.declaration, declared),
  };
  const seal =
    declared instanceof Failure
      ? unreadable(declared)
      : await findSeal(await openRecords(declared), declared, pull, main.repositoryId);
  const judgement = judgeTeardown({ ...known, seal });
  if (judgement.granted && !(declared instanceof Failure)) {
    const { sealKey, sealedAt } = judgement;
    return {
      granted: true,
      name,
      deployment: declared,
      pullRequest: pull.number,
      seal: judgement.seal,
      sealKey,
      sealedAt,
    };
  }
  const lastDeclaredAt = known.atTip === 'present' ? undefined : await lastWith(github, name, range, tip);
  const missing = judgement.granted ? [] : judgement.missing;
  return { granted: false, name, pullRequest: pull.number, missing, lastDeclaredAt };
}

async function declaredDeployment(
  surroundings: Pick<Surroundings, 'workspace'>,
  name: string,
  text: string | undefined,
): Promise<Deployment | Failure> {
  try {
    if (text !== undefined) return await pastDeployment(surroundings, name, text);
    return new Failure({
      code: 'DeclarationMissing',
      source: 'user',
      message: 'there was no declaration before the merge.',
    });
  } catch (error) {
    const failure = toFailure(error);
    if (failure.source !== 'user') throw error;
    return failure;
  }
}

function protectionOf(text: string | undefined, declared: Deployment | Failure): TeardownFacts['protection'] {
  if (!(declared instanceof Failure)) return declared.protected ? 'protected' : 'not protected';
  return text !== undefined && draftOf(text).protected === true ? 'protected' : 'unknown';
}

function unreadable({ message }: Failure): SealFinding {
  return { kind: 'unreadable', reason: message };
}

/** Paths that the pull request's own list of files has beside removed files of the folder: what a squash may hide. */
async function touchedBeside(github: GitHubConnection, number: number, name: string): Promise<string[]> {
  const files = await pullRequestFiles(github, number);
  return files
    .filter(({ path, isRemoved }) => !isRemoved || !path.startsWith(`deployments/${name}/`))
    .map(({ path }) => path);
}

async function stateAtTip(
  github: GitHubConnection,
  name: string,
  tip: string,
  pull: MergedDetails,
  { commits }: MergedRange,
): Promise<TeardownFacts['atTip']> {
  const { deployments } = await remoteTrees(github, tip, () => false);
  if (deployments.some((entry) => entry.name === name)) {
    return (await remoteFolder(github, tip, name))?.declaration === undefined ? 'undeclared' : 'present';
  }
  // The newest commit that touched the folder is of this pull request, or somebody had it back meanwhile.
  const last = await lastChangeOf(github, tip, `deployments/${name}`);
  const own = new Set([...commits, pull.mergeCommit, ...(await ownCommits(github, pull.number))]);
  return last !== undefined && own.has(last) ? 'absent' : 'came back';
}

/** The newest sealed teardown plan of the merged head that was written before the merge; a later one was seen by nobody. */
async function findSeal(
  records: Records,
  deployment: Deployment,
  pull: MergedDetails,
  repositoryId: number,
): Promise<SealFinding> {
  const { number: pullRequest, head, mergedAt } = pull;
  const entries = await records.list(planPrefix({ deployment: deployment.name, pullRequest, head }));
  const newest = newestBefore(entries, mergedAt);
  if (newest === undefined) return { kind: entries.length === 0 ? 'none' : 'late' };
  try {
    const seal = await storedSeal(records, newest.key, {
      deployment: deployment.name,
      kind: 'teardown',
      accountId: deployment.aws.account_id,
      region: deployment.aws.region,
      repositoryId,
      pullRequest,
      head,
    });
    if (seal.kind !== 'teardown') return { kind: 'none' };
    return { kind: 'found', seal, key: newest.key, writtenAt: newest.writtenAt };
  } catch (error) {
    if (error instanceof Failure && error.code === 'SealMalformed') return unreadable(error);
    throw error;
  }
}

function byMissing(a: { missing: readonly unknown[] }, b: { missing: readonly unknown[] }): number {
  return a.missing.length - b.missing.length;
}

async function lastWith(
  github: GitHubConnection,
  name: string,
  { before }: MergedRange,
  tip: string,
): Promise<string | undefined> {
  const last = await declaredBefore(github, tip, name);
  if (last !== undefined) return last;
  return (await remoteFolder(github, before, name))?.declaration === undefined ? undefined : before;
}

/** The parent of the commit that took the declaration away for the last time, if it had it. */
async function declaredBefore(github: GitHubConnection, tip: string, name: string): Promise<string | undefined> {
  const last = await lastChangeOf(github, tip, `deployments/${name}/opensarlab.yaml`);
  if (last === undefined) return undefined;
  const { parents } = await readCommit(github, last);
  for (const parent of parents) {
    if ((await remoteFolder(github, parent, name))?.declaration !== undefined) return parent;
  }
  return undefined;
}
