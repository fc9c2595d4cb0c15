import { upsertComment } from '../adapters/github/comments.ts';
import { type GitHubConnection, ownLogin } from '../adapters/github/connection.ts';
import { pullRequestFiles, type TouchedFile } from '../adapters/github/pull-requests.ts';
import {
  type DefaultBranch,
  defaultBranchTip,
  type RemoteFolder,
  remoteFolder,
  remoteTrees,
} from '../adapters/github/repository-trees.ts';
import {
  addLabel,
  closeTeardown,
  deploymentOf,
  type OwnTeardown,
  openTeardown,
  ownTeardowns,
  type PullRequestNow,
  pullRequestNow,
  removalStanding,
  renewTeardown,
} from '../adapters/github/teardown-pull-request.ts';
import { draftOf } from '../deployment/deployment-file.ts';
import { readDeployment } from '../deployment/read-deployment.ts';
import { destroyLabel, isDestroyLabel } from '../deployment/removed-deployments.ts';
import { Failure, toFailure } from '../failure.ts';
import { code, paragraphs, text } from '../report/markdown.ts';
import { renderTeardownPlan } from '../report/teardown-report.ts';
import { declaredTeardown } from '../teardown/declared-teardown.ts';
import type { Surroundings } from './surroundings.ts';

/** What came of a label `destroy` that was put on or taken off. Every answer is also a comment on that pull request. */
export type LabelAnswer =
  /** This teardown pull request is to be planned now; merging it destroys. */
  | { kind: 'to plan'; deployment: string; pullRequest: number; head: string; url: string }
  | { kind: 'refused'; code: string; message: string }
  /** The label is off: our own teardown pull requests that were closed. */
  | { kind: 'withdrawn'; closed: number[] };

type Answering = Pick<Surroundings, 'reporter'>;

/**
 * Answers the label `destroy` on a pull request: looks whether it is there now, whatever the event said, so that any number
 * of labels at once, in any order, and again, come to the same. Of the pull request nothing is read but its paths.
 * @param number of the pull request whose labels changed
 */
export async function answerLabel(
  { reporter }: Answering,
  github: GitHubConnection,
  number: number,
): Promise<LabelAnswer> {
  const pull = await pullRequestNow(github, number);
  const main = await defaultBranchTip(github);
  try {
    const isWanted = pull.labels.some(isDestroyLabel);
    const { answer, markdown } = isWanted ? await propose(github, main, pull) : await withdraw(github, main, pull);
    await upsertComment(github, number, 'teardown', markdown);
    reporter.info(markdown.split('\n')[0] ?? '');
    return answer;
  } catch (error) {
    if (!(error instanceof Failure) || error.source !== 'user') throw error;
    const message = [error.message, error.hint].filter(Boolean).join(' ');
    await upsertComment(github, number, 'teardown', `No teardown: ${text(message)}`);
    reporter.warning(message);
    return { kind: 'refused', code: error.code, message };
  }
}

type Answered = { answer: LabelAnswer; markdown: string };

async function propose(github: GitHubConnection, main: DefaultBranch, pull: PullRequestNow): Promise<Answered> {
  if (pull.base !== main.branch) throw wrongBase(pull, main);
  if (pull.state === 'closed') throw neverMerged(pull);
  const files = await pullRequestFiles(github, pull.number);
  if (pull.state === 'open') {
    const planned = await proposeItself(github, main, pull, files);
    if (planned !== undefined) return planned;
  }
  const { deployments } = await remoteTrees(github, main.sha, () => false);
  const name = theOne(
    pull,
    files,
    new Set(deployments.filter(({ mode }) => mode === '040000').map((entry) => entry.name)),
  );
  const folder = await remoteFolder(github, main.sha, name);
  if (folder === undefined) throw nothing(pull, [name]);
  refuseProtected(name, folder);
  const teardown = await findOrOpen(github, main, name, folder, pull);
  const removes = files.some(({ path, isRemoved }) => isRemoved && deploymentOf(path) === name);
  const instead = removes ? ' It is used in place of this pull request, which does more than removing one folder.' : '';
  return toPlan(
    name,
    teardown.pull,
    `The teardown of ${code(name)} is #${teardown.pull.number}${teardown.how}.${instead} Nothing is destroyed before it is merged.`,
  );
}

/** A pull request that itself removes nothing but one folder is the teardown; undefined for any other. */
async function proposeItself(
  github: GitHubConnection,
  main: DefaultBranch,
  pull: PullRequestNow,
  files: readonly TouchedFile[],
): Promise<Answered | undefined> {
  const standing = await removalStanding(github, pull, files, main.sha);
  switch (standing.kind) {
    case 'other':
      return undefined;
    case 'gone':
      throw nothing(pull, [standing.deployment]);
    case 'exact': {
      refuseProtected(standing.deployment, standing.folder);
      const sentence = `Merging this **destroys the deployment** ${code(standing.deployment)}. The teardown plan that follows shows what is lost; a push to this branch needs a new one.`;
      return toPlan(standing.deployment, pull, sentence);
    }
    case 'stale': {
      const { deployment, folder } = standing;
      refuseProtected(deployment, folder);
      if (!isOwn(github, pull)) throw stale(pull, standing.deployment, standing.left);
      const renewed = await renewTeardown(github, main, { pull, deployment, folder });
      return toPlan(
        deployment,
        renewed,
        `${code(`deployments/${deployment}`)} has changed since; this pull request was renewed and removes all of it again.`,
      );
    }
  }
}

function toPlan(deployment: string, { number, head, url }: PullRequestNow, markdown: string): Answered {
  return { answer: { kind: 'to plan', deployment, pullRequest: number, head, url }, markdown };
}

function isOwn(github: GitHubConnection, { author, sameRepository }: PullRequestNow): boolean {
  return sameRepository && author === ownLogin(github);
}

/** Our teardown pull request for a folder: the one that is open, renewed if need be, or a new one. */
async function findOrOpen(
  github: GitHubConnection,
  main: DefaultBranch,
  deployment: string,
  folder: RemoteFolder,
  askedBy: PullRequestNow,
): Promise<{ pull: PullRequestNow; how: string }> {
  const [first] = await ownOf(github, main, deployment);
  if (first === undefined) {
    const body = bodyOf(deployment, folder, askedBy.number);
    const opened = await openTeardown(github, main, { deployment, folder, body });
    await addLabel(github, opened.number, destroyLabel);
    return { pull: await onlyOne(github, main, deployment, opened), how: '' };
  }
  const isStale = first.standing.kind === 'stale';
  const pull = isStale ? await renewTeardown(github, main, { pull: first.pull, deployment, folder }) : first.pull;
  if (!pull.labels.some(isDestroyLabel)) await addLabel(github, pull.number, destroyLabel);
  return { pull, how: isStale ? ', which was renewed because the folder has changed' : ', which was open already' };
}

async function ownOf(github: GitHubConnection, main: DefaultBranch, deployment: string) {
  return (await ownTeardowns(github, main)).filter(({ standing }) => standing.deployment === deployment);
}

/** Two labels at once may have opened two: the older one stays. */
async function onlyOne(
  github: GitHubConnection,
  main: DefaultBranch,
  deployment: string,
  opened: PullRequestNow,
): Promise<PullRequestNow> {
  const exact = (await ownOf(github, main, deployment)).filter(({ standing }) => standing.kind === 'exact');
  const [oldest] = exact;
  if (oldest === undefined || oldest.pull.number >= opened.number) return opened;
  await upsertComment(github, opened.number, 'teardown', `Closed: #${oldest.pull.number} does the same.`);
  await closeTeardown(github, opened);
  return oldest.pull;
}

function bodyOf(deployment: string, folder: RemoteFolder, askedBy: number): string {
  const file = `deployments/${deployment}/opensarlab.yaml`;
  const declared = readDeployment({ file, name: deployment, text: folder.declaration ?? '' }).deployment;
  return paragraphs(
    `Merging this removes ${code(`deployments/${deployment}`)} and **destroys the deployment**. Asked for by the label \`destroy\` on #${askedBy}. Close it, or take the label off, to keep the deployment.`,
    renderTeardownPlan(declaredTeardown(deployment, declared)),
  );
}

async function withdraw(github: GitHubConnection, main: DefaultBranch, pull: PullRequestNow): Promise<Answered> {
  if (pull.state === 'merged' && (await removesAFolder(github, pull))) {
    return withdrawn([], 'This is merged: what counts is the label when it was.');
  }
  const files = await pullRequestFiles(github, pull.number);
  const standing = pull.state === 'open' ? await removalStanding(github, pull, files, main.sha) : undefined;
  if (standing !== undefined && standing.kind !== 'other') {
    if (isOwn(github, pull)) return await closeAll(github, [pull], pull.number);
    return withdrawn(
      [],
      `The label \`destroy\` is off: the teardown plan of this pull request does not count any more, and merging it would destroy nothing. Put the label on again, or bring ${code(`deployments/${standing.deployment}`)} back.`,
    );
  }
  const touched = new Set(files.map(({ path }) => deploymentOf(path)));
  const own = (await ownTeardowns(github, main)).filter((found) => touched.has(found.standing.deployment));
  return await closeAll(
    github,
    own.map((found) => found.pull),
    pull.number,
  );
}

async function removesAFolder(github: GitHubConnection, pull: PullRequestNow): Promise<boolean> {
  const files = await pullRequestFiles(github, pull.number);
  return files.length > 0 && files.every(({ path, isRemoved }) => isRemoved && deploymentOf(path) !== undefined);
}

async function closeAll(
  github: GitHubConnection,
  pulls: readonly PullRequestNow[],
  unlabelled: number,
): Promise<Answered> {
  for (const pull of pulls) {
    if (pull.number !== unlabelled) {
      const sentence = `Closed: the label \`destroy\` was taken off #${unlabelled}. Put it on again to have a new teardown.`;
      await upsertComment(github, pull.number, 'teardown', sentence);
    }
    await closeTeardown(github, pull);
  }
  const closed = pulls.map(({ number }) => number);
  const others = closed.filter((number) => number !== unlabelled).map((number) => `#${number}`);
  if (closed.length === 0) return withdrawn([], 'The label `destroy` is off. No teardown was open for it.');
  const what =
    others.length === 0
      ? 'this teardown is closed'
      : `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} closed`;
  return withdrawn(closed, `The label \`destroy\` is off: ${what}, and nothing is destroyed.`);
}

function withdrawn(closed: number[], markdown: string): Answered {
  return { answer: { kind: 'withdrawn', closed }, markdown };
}

/** Our open teardown pull requests after the default branch moved. */
export type RenewedTeardowns = {
  /** Their folders had changed; they are to be planned again. */
  renewed: { deployment: string; pullRequest: number; head: string }[];
  /** Their folders are gone. */
  closed: number[];
  /** They are as they were, and merging one would not remove its folder whole: no plan of theirs counts. */
  failed: number[];
};

/**
 * Brings our own open teardown pull requests up to the default branch as it is now, so that merging one removes its folder
 * whole. For the end of runs on the default branch; running it again changes nothing. One that fails keeps no other from it.
 */
export async function renewTeardowns({ reporter }: Answering, github: GitHubConnection): Promise<RenewedTeardowns> {
  const main = await defaultBranchTip(github);
  const result: RenewedTeardowns = { renewed: [], closed: [], failed: [] };
  for (const teardown of await ownTeardowns(github, main)) {
    const { number } = teardown.pull;
    try {
      await renewOne(github, main, teardown, result);
    } catch (error) {
      const { message, hint = '' } = toFailure(error);
      reporter.warning(
        `The teardown pull request #${number} could not be brought up to date: ${message} ${hint}`.trim(),
      );
      result.failed.push(number);
    }
  }
  const { renewed, closed, failed } = result;
  reporter.info(
    `Teardown pull requests: ${renewed.length} renewed, ${closed.length} closed, ${failed.length} that could not be.`,
  );
  return result;
}

async function renewOne(
  github: GitHubConnection,
  main: DefaultBranch,
  { pull, standing }: OwnTeardown,
  result: RenewedTeardowns,
): Promise<void> {
  const { number } = pull;
  const { deployment } = standing;
  const folder = code(`deployments/${deployment}`);
  if (standing.kind === 'stale') {
    const { head } = await renewTeardown(github, main, { pull, deployment, folder: standing.folder });
    result.renewed.push({ deployment, pullRequest: number, head });
    const sentence = `${folder} has changed, so this was renewed; a new teardown plan follows.`;
    await upsertComment(github, number, 'teardown', sentence);
  }
  if (standing.kind === 'gone') {
    await upsertComment(github, number, 'teardown', `Closed: ${folder} is not there any more.`);
    await closeTeardown(github, pull);
    result.closed.push(number);
  }
}

/** The single deployment that paths lie in and that still exists. Names are compared exactly. */
function theOne(pull: PullRequestNow, files: readonly TouchedFile[], existing: ReadonlySet<string>): string {
  const touched = new Set(files.map(({ path }) => deploymentOf(path)).filter((name) => name !== undefined));
  const names = [...touched].filter((name) => existing.has(name)).sort();
  const [name] = names;
  if (name === undefined) throw nothing(pull, [...touched]);
  if (names.length === 1) return name;
  throw new Failure({
    code: 'TeardownAmbiguous',
    source: 'user',
    message: `This pull request touched ${names.length} deployments: ${names.join(', ')}.`,
    hint: 'Put the label on a pull request that touched only the one to tear down.',
  });
}

function refuseProtected(name: string, { declaration }: RemoteFolder): void {
  if (declaration === undefined) {
    throw new Failure({
      code: 'TeardownUndeclared',
      source: 'user',
      message: `deployments/${name} has no opensarlab.yaml that can be read, so nothing says what would be destroyed.`,
      hint: 'Bring the declaration back first.',
    });
  }
  if (draftOf(declaration).protected !== true) return;
  throw new Failure({
    code: 'Protected',
    source: 'user',
    message: `${name} is declared \`protected: true\`.`,
    hint: 'Merge a pull request that sets it to false, then put the label on that one.',
  });
}

function nothing(pull: PullRequestNow, touched: readonly string[]): Failure {
  const interrupted = `If its teardown was interrupted, run the workflow destroy by hand with the number ${pull.number}.`;
  return new Failure({
    code: 'TeardownNothing',
    source: 'user',
    message:
      touched.length === 0
        ? 'This pull request touched no deployment.'
        : `The deployment it touched (${touched.join(', ')}) does not exist any more.`,
    hint:
      pull.state === 'merged' && touched.length > 0
        ? interrupted
        : 'Put the label on a pull request that touched the deployment to tear down.',
  });
}

function wrongBase({ number, base }: PullRequestNow, { branch }: DefaultBranch): Failure {
  return new Failure({
    code: 'TeardownBase',
    source: 'user',
    message: `#${number} goes into ${base}, not into ${branch}, and only ${branch} declares deployments.`,
    hint: `Put the label on a pull request into ${branch}.`,
  });
}

function neverMerged({ number }: PullRequestNow): Failure {
  return new Failure({
    code: 'TeardownClosed',
    source: 'user',
    message: `#${number} was closed without being merged, so it is no decision about any deployment.`,
    hint: 'Put the label on a pull request that is open or merged.',
  });
}

function stale({ number }: PullRequestNow, deployment: string, left: readonly string[]): Failure {
  const what =
    left.length === 0
      ? 'files of it have changed'
      : `it would leave ${left.slice(0, 3).join(', ')}${left.length > 3 ? ' and more' : ''}`;
  return new Failure({
    code: 'TeardownStale',
    source: 'user',
    message: `#${number} does not remove deployments/${deployment} as it is now: ${what}.`,
    hint: 'Bring its branch up to date and remove the folder whole; the label is answered again by the push.',
  });
}
