import { askGitHub, type GitHubConnection } from '../adapters/github/connection.ts';
import { pullRequestFiles } from '../adapters/github/pull-requests.ts';
import {
  type DefaultBranch,
  defaultBranchTip,
  type RemoteFolder,
  readCommit,
  remoteFolder,
  remoteTrees,
} from '../adapters/github/repository-trees.ts';
import {
  deploymentOf,
  newBranch,
  openPullRequestsOfOurs,
  type PullRequestNow,
} from '../adapters/github/teardown-pull-request.ts';
import { draftOf } from '../deployment/deployment-file.ts';
import { Failure } from '../failure.ts';
import { code, paragraphs, text } from '../report/markdown.ts';
import type { MissingConsent } from '../teardown/consent.ts';
import type { Surroundings } from './surroundings.ts';

/** What is wrong: the folder is gone, the deployment is not. */
export type UndeclaredDeployment = {
  name: string;
  /** Commit that still had the folder. */
  declaredAt: string;
  /** Why it was not destroyed. */
  missing: readonly MissingConsent[];
};

/** The pull request that brings the folder back; merging it deploys nothing. */
export type PreparedReturn = { pullRequest: number; url: string; created: boolean };

/**
 * Prepares the way on for a deployment that is not declared any more and was not destroyed: a pull request that brings its
 * folder back as it was, with `adopt: destroy-only`. One that is open already is found by its author and its content.
 * @throws Failure `ReturnDeclared` when the folder is there again, `ReturnUnknown` when the commit does not have it
 */
export async function prepareReturn(
  { reporter }: Pick<Surroundings, 'reporter'>,
  github: GitHubConnection,
  undeclared: UndeclaredDeployment,
): Promise<PreparedReturn> {
  const { name, declaredAt } = undeclared;
  const main = await defaultBranchTip(github);
  const now = await remoteFolder(github, main.sha, name);
  if (now?.declaration !== undefined) throw declared(name);
  const folder = await remoteFolder(github, declaredAt, name);
  if (folder?.declaration === undefined) throw unknown(name, declaredAt);
  const open = await findReturn(github, main, name);
  if (open !== undefined) return { pullRequest: open.number, url: open.url, created: false };
  const { octokit, owner, repo } = github;
  const title = `Declare ${name} again, to destroy it`;
  const content = destroyOnly(name, folder.declaration);
  const commit = await askGitHub('bring the folder back', async () => {
    const tree = await treeWith(github, main.sha, { name, folder, now, content });
    const { data } = await octokit.rest.git.createCommit({ owner, repo, message: title, tree, parents: [main.sha] });
    return data.sha;
  });
  const head = await newBranch(github, `return/${name}`, commit);
  const { data } = await askGitHub('open the pull request that brings the folder back', () =>
    octokit.rest.pulls.create({ owner, repo, title, body: bodyOf(undeclared), head, base: main.branch }),
  );
  reporter.info(`Opened ${data.html_url}`);
  return { pullRequest: data.number, url: data.html_url, created: true };
}

type Return = { name: string; folder: RemoteFolder; now: RemoteFolder | undefined; content: string };

/** The tree of a commit with the folder back in it, whatever stands in its place; files that it has by now stay. */
async function treeWith(
  github: GitHubConnection,
  commit: string,
  { name, folder, now, content }: Return,
): Promise<string> {
  const declaration = { path: 'opensarlab.yaml', mode: '100644', type: 'blob', content } as const;
  const inside = (path: string): string => path.slice(`deployments/${name}/`.length);
  const others = folder.files.filter(({ path }) => inside(path) !== declaration.path);
  const kept =
    now === undefined ? [] : others.map(({ path, mode, id }) => ({ path: inside(path), ...kindOf(mode), sha: id }));
  const own = await makeTree(github, now?.tree ?? folder.tree, [...kept, declaration]);
  const entry = (path: string, sha: string): NewEntry => ({ path, mode: '040000', type: 'tree', sha });
  const base = (await readCommit(github, commit)).tree;
  // A link or a file of the name `deployments` gives way as a whole.
  if (await hasDeployments(github, commit)) return await makeTree(github, base, [entry(`deployments/${name}`, own)]);
  return await makeTree(github, base, [entry('deployments', await makeTree(github, undefined, [entry(name, own)]))]);
}

type NewEntry = NonNullable<Parameters<GitHubConnection['octokit']['rest']['git']['createTree']>[0]>['tree'][number];

async function makeTree(
  { octokit, owner, repo }: GitHubConnection,
  base: string | undefined,
  tree: NewEntry[],
): Promise<string> {
  const { data } = await octokit.rest.git.createTree({ owner, repo, tree, ...(base && { base_tree: base }) });
  return data.sha;
}

async function hasDeployments(github: GitHubConnection, commit: string): Promise<boolean> {
  const { root } = await remoteTrees(github, commit, () => false);
  return root.some(({ name, mode }) => name === 'deployments' && mode === '040000');
}

/** A file, link or submodule as it was. */
function kindOf(mode: string): { mode: '100644' | '100755' | '120000' | '160000'; type: 'blob' | 'commit' } {
  switch (mode) {
    case '100755':
    case '120000':
      return { mode, type: 'blob' };
    case '160000':
      return { mode, type: 'commit' };
    default:
      return { mode: '100644', type: 'blob' };
  }
}

/** Ours is one that adds nothing but files of this folder. */
async function findReturn(
  github: GitHubConnection,
  main: DefaultBranch,
  name: string,
): Promise<PullRequestNow | undefined> {
  for (const pull of await openPullRequestsOfOurs(github, main)) {
    const files = await pullRequestFiles(github, pull.number);
    if (files.length > 0 && files.every(({ path, isRemoved }) => !isRemoved && deploymentOf(path) === name))
      return pull;
  }
  return undefined;
}

/** The declaration as it was, and that it is only there to be destroyed. */
function destroyOnly(name: string, declaration: string): string {
  const before = draftOf(declaration);
  if (before.adopt === 'destroy-only') return declaration;
  const after = `${declaration.trimEnd()}\n\n# Brought back to be destroyed; never deployed.\nadopt: destroy-only\n`;
  if (draftOf(after).adopt === 'destroy-only') return after;
  throw new Failure({
    code: 'ReturnMalformed',
    source: 'user',
    message: `The last declaration of ${name} is written so that no line can be added to it.`,
    hint: 'Bring the folder back by hand, with `adopt: destroy-only` in its opensarlab.yaml.',
  });
}

function bodyOf({ name, missing }: UndeclaredDeployment): string {
  return paragraphs(
    `${code(name)} is not declared any more, but it was not destroyed: what is in its account goes on and costs money.`,
    missing.map(({ message }) => `- ${text(message)}`).join('\n'),
    `Merging this brings ${code(`deployments/${name}`)} back with ${code('adopt: destroy-only')}. **Nothing is deployed by it.** Then put the label ${code('destroy')} on it: a teardown pull request shows what would be lost. To go on with the deployment instead, take the line ${code('adopt')} out before merging.`,
  );
}

function declared(name: string): Failure {
  return new Failure({
    code: 'ReturnDeclared',
    source: 'user',
    message: `deployments/${name} is on the default branch, so there is nothing to bring back.`,
  });
}

function unknown(name: string, commit: string): Failure {
  return new Failure({
    code: 'ReturnUnknown',
    source: 'user',
    message: `The commit ${commit.slice(0, 7)} has no declaration of ${name} that could be brought back.`,
    hint: 'Declare it by hand, with `adopt: destroy-only`.',
  });
}
