import { baseDeclarations, changeBetween } from '../adapters/git/deployment-trees.ts';
import { firstParents, messageOf, parentOf } from '../adapters/git/first-parents.ts';
import { tryGit } from '../adapters/git/git-command.ts';
import { mergeProposal } from '../adapters/git/merged-proposal.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { tipOf } from '../adapters/github/default-branch.ts';
import type { TriggeringEvent } from '../adapters/github/event.ts';
import { readPullRequest } from '../adapters/github/pull-requests.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { removalDiagnostics } from '../deployment/removed-deployments.ts';
import type { CheckSelection } from './check-declarations.ts';

/** What is compared with the base: earlier texts of declarations, and deployments that would not be declared any more. */
export type ProposedChecks = Pick<CheckSelection, 'bases'> & { removals: Diagnostic[] };

/**
 * What a gate holds a proposal against. The checkout holds the proposal merged into the default branch as it is now from
 * here on; labels are those of this moment, whatever the event says.
 * @throws Failure `MergeConflict` when there is no merge to look at
 */
export async function proposedChecks(
  github: GitHubConnection,
  { event, folder }: { event: TriggeringEvent; folder: string },
): Promise<ProposedChecks> {
  if (event.kind === 'merge_group') return await groupChecks(github, folder, event);
  if (event.kind !== 'pull_request') return { bases: new Map(), removals: [] };
  const pull = await readPullRequest(github, event.number);
  const base = await newestBase(github, { folder, branch: pull.base, known: event.base });
  const tree = await mergeProposal(folder, base, event.head);
  const removals = removalDiagnostics(await changeBetween(folder, base, tree), pull.labels);
  return { bases: await baseDeclarations(folder, base), removals };
}

/** The tip of the base branch, where the checkout has it; what the event says otherwise. */
async function newestBase(
  github: GitHubConnection,
  { folder, branch, known }: { folder: string; branch: string; known: string },
): Promise<string> {
  const tip = await tipOf(github, branch);
  return (await tryGit(['cat-file', '-e', `${tip}^{commit}`], { folder })).code === 0 ? tip : known;
}

/** Each pull request of a merge queue's group by itself: a teardown beside others is still one. */
async function groupChecks(
  github: GitHubConnection,
  folder: string,
  { base, head }: { base: string; head: string },
): Promise<ProposedChecks> {
  const removals: Diagnostic[] = [];
  for (const commit of (await firstParents(folder, base, head)).reverse()) {
    const before = (await parentOf(folder, commit)) ?? base;
    const change = await changeBetween(folder, before, commit);
    if (change.removed.length > 0) removals.push(...removalDiagnostics(change, await labelsOf(github, folder, commit)));
  }
  return { bases: await baseDeclarations(folder, base), removals };
}

/** GitHub names the pull request in the message of the commit that its queue makes. */
async function labelsOf(github: GitHubConnection, folder: string, commit: string): Promise<string[]> {
  const number = /#([1-9]\d{0,9})\b/.exec(await messageOf(folder, commit))?.[1];
  return number === undefined ? [] : (await readPullRequest(github, Number(number))).labels;
}
