import { draftOf } from '../../deployment/deployment-file.ts';
import { declaredNames, type FolderEntry } from '../../deployment/removed-deployments.ts';
import { Failure } from '../../failure.ts';
import { deploymentTrees } from './deployment-trees.ts';
import { firstParents, hasCommit } from './first-parents.ts';
import { git, tryGit } from './git-command.ts';

/** Where a declaration puts its deployment, as far as it can be read. */
export type DeclaredPlace = { accountId: string | undefined; region: string | undefined };

/** An earlier declaration that puts a deployment somewhere else, and the commit that has it. */
export type EarlierPlace = { commit: string; what: 'account' | 'region'; before: string; now: string };

/** Largest declaration that is read, as in a checkout: 256 KiB. */
const largestDeclaration = 256 * 1024;

/** More changes of one declaration than this since its last deployment are not looked through. */
const mostChanges = 500;

/**
 * Whether a deployment that is declared at a commit is in an account. A declaration that cannot be read is in none: what
 * nobody can read tells nothing. Drafts, whose folders begin with `_`, do not count.
 * @param accountId twelve digits
 * @throws Failure `GitFailed` when there is no such commit
 */
export async function usesAccount(folder: string, commit: string, accountId: string): Promise<boolean> {
  const trees = await deploymentTrees(folder, commit);
  for (const name of declaredNames(trees)) {
    const text = await readable(folder, trees.declarations.get(name));
    // Reading a declaration takes a hundred times as long as looking for the digits in it.
    if (text?.includes(accountId) && draftOf(text).aws?.account_id === accountId) return true;
  }
  return false;
}

/**
 * The newest earlier declaration of a deployment that puts it into another account or region. Looked through is the
 * default branch from a commit back to where the deployment was not declared, or to its last deployment, that included; where a
 * forced push has taken that out of the history, nothing is.
 * Declarations that cannot be read are passed over: the one before them counts.
 * @param history `until` a commit of the default branch; `since` the one that was deployed last, undefined for none
 * @throws Failure `HistoryMissing`, `HistoryTooLong`
 */
export async function earlierPlace(
  folder: string,
  name: string,
  now: DeclaredPlace,
  { since, until }: { since: string | undefined; until: string },
): Promise<EarlierPlace | undefined> {
  for (const commit of await changesOf(folder, name, { since, until })) {
    const entry = await declarationAt(folder, commit, name);
    if (entry === undefined) return undefined;
    const text = await readable(folder, entry);
    const { account_id: accountId, region } = (text === undefined ? undefined : draftOf(text).aws) ?? {};
    if (accountId !== undefined && now.accountId !== undefined && accountId !== now.accountId)
      return { commit, what: 'account', before: accountId, now: now.accountId };
    if (region !== undefined && now.region !== undefined && region !== now.region)
      return { commit, what: 'region', before: region, now: now.region };
  }
  return undefined;
}

/** Commits that changed the declaration, newest first, and the one it is compared from. */
async function changesOf(
  folder: string,
  name: string,
  { since, until }: { since: string | undefined; until: string },
): Promise<string[]> {
  // Taken out of the repository by a forced push: nothing is left to compare with but the record.
  if (since !== undefined && !(await hasCommit(folder, since))) return [];
  if (since !== undefined) await firstParents(folder, since, until); // that there is one way between them
  const list = ['rev-list', '--first-parent', `--max-count=${mostChanges + 1}`];
  const range = since === undefined ? until : `${since}..${until}`;
  const environment = { GIT_LITERAL_PATHSPECS: '1' };
  const output = await git([...list, range, '--', `deployments/${name}/opensarlab.yaml`], { folder, environment });
  const commits = output.split('\n').filter(Boolean);
  if (commits.length > mostChanges) throw tooManyChanges(name);
  return since === undefined ? commits : [...commits, since];
}

async function declarationAt(folder: string, commit: string, name: string): Promise<FolderEntry | undefined> {
  return (await deploymentTrees(folder, commit, [name])).declarations.get(name);
}

/** Text of a regular file of sensible size; undefined for links, submodules and what is too large. */
async function readable(folder: string, entry: FolderEntry | undefined): Promise<string | undefined> {
  if (entry === undefined || !entry.mode.startsWith('100')) return undefined;
  const found = await tryGit(['cat-file', 'blob', entry.id], { folder, enough: largestDeclaration + 1 });
  if (found.code !== 0 || found.stdout.length > largestDeclaration) return undefined;
  return found.stdout.toString('utf8');
}

function tooManyChanges(name: string): Failure {
  return new Failure({
    code: 'HistoryTooLong',
    source: 'user',
    message: `The declaration of ${name} was changed more than ${mostChanges} times since it was last deployed.`,
    hint: `Declare it anew under another name, and tear ${name} down.`,
  });
}
