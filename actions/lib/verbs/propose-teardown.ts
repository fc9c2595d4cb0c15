import { readDeployments } from '../deployment/read-deployments.ts';
import { Failure } from '../failure.ts';
import { upsertComment } from '../github/comments.ts';
import type { GitHubConnection } from '../github/connection.ts';
import { openTeardownPullRequest, pullRequestPaths } from '../github/pull-requests.ts';
import { code, paragraphs, text } from '../report/markdown.ts';
import { renderTeardownPlan } from '../report/teardown-report.ts';
import { declaredTeardown } from '../teardown/declared-teardown.ts';
import type { Surroundings } from './surroundings.ts';

/** The teardown pull request that a label asked for. */
export type ProposedTeardown = { deployment: string; pullRequest: number; url: string };

/**
 * Opens the pull request that removes the one deployment which a labelled pull request touched, and answers there.
 * Nothing is destroyed by it.
 * @param labelled number of the pull request that got the label
 * @throws Failure `TeardownAmbiguous` or `TeardownNothing` when it is not exactly one; the answer says so there too
 */
export async function proposeTeardown(
  { workspace, reporter }: Pick<Surroundings, 'workspace' | 'reporter'>,
  github: GitHubConnection,
  labelled: number,
): Promise<ProposedTeardown> {
  const folders = await workspace.deploymentFolders();
  try {
    const name = theOne(await pullRequestPaths(github, labelled), new Set(folders.map((folder) => folder.name)));
    const { results } = readDeployments(folders);
    const plan = declaredTeardown(name, results.find((result) => result.name === name)?.deployment);
    const { number, url, created } = await openTeardownPullRequest(github, {
      deployment: name,
      title: `Tear down ${name}`,
      body: paragraphs(
        `Merging this removes \`deployments/${name}\` and **destroys the deployment**. Asked for by the label \`destroy\` on #${labelled}. Close it to keep the deployment.`,
        renderTeardownPlan(plan),
      ),
      paths: await workspace.filesBelow(`deployments/${name}`),
    });
    reporter.info(`${created ? 'Opened' : 'Found'} ${url}`);
    await answer(
      github,
      labelled,
      `The teardown of ${code(name)} is #${number}. Nothing is destroyed before it is merged.`,
    );
    return { deployment: name, pullRequest: number, url };
  } catch (error) {
    if (error instanceof Failure && error.source === 'user') {
      await answer(github, labelled, `No teardown: ${text([error.message, error.hint].filter(Boolean).join(' '))}`);
    }
    throw error;
  }
}

async function answer(github: GitHubConnection, pullRequest: number, markdown: string): Promise<void> {
  await upsertComment(github, pullRequest, 'teardown', markdown);
}

/** The single deployment that paths lie in and that still exists. Names are compared exactly. */
function theOne(paths: readonly string[], existing: ReadonlySet<string>): string {
  const touched = new Set(
    paths.map((path) => /^deployments\/([^/_][^/]*)\//.exec(path)?.[1]).filter((name) => name !== undefined),
  );
  const names = [...touched].filter((name) => existing.has(name)).sort();
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  if (names.length > 1) {
    throw new Failure({
      code: 'TeardownAmbiguous',
      source: 'user',
      message: `This pull request touched ${names.length} deployments: ${names.join(', ')}.`,
      hint: 'Put the label on a pull request that touched only the one to tear down.',
    });
  }
  throw new Failure({
    code: 'TeardownNothing',
    source: 'user',
    message:
      touched.size === 0
        ? 'This pull request touched no deployment.'
        : `The deployment it touched (${[...touched].join(', ')}) does not exist any more.`,
    hint: 'Put the label on a pull request that touched the deployment to tear down.',
  });
}
