import type { ProposalFiles } from '../adapters/workspace/proposal-files.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { placeFindings } from '../deployment/finding.ts';
import { understandSource } from '../deployment/read-deployment.ts';
import type { DeploymentFolder, DeploymentResult } from '../deployment/read-deployments.ts';
import { largestFile } from '../deployment/text-findings.ts';
import { toFailure } from '../failure.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';

/** So many entries of all lists together are far from the limit, whatever they say: the templates are not rendered then. */
const fewEntries = 12;

/**
 * Deployments whose templates CloudFormation would not take, by their real size: they are rendered as they would be sent.
 * What else is wrong with a template or with the versions is said elsewhere.
 */
export async function templateFindings(
  files: ProposalFiles,
  folders: readonly DeploymentFolder[],
  results: readonly DeploymentResult[],
): Promise<Diagnostic[]> {
  const large = results.flatMap(({ name, deployable, deployment }) =>
    deployable && deployment !== undefined && entriesIn(deployment) > fewEntries ? [{ name, deployment }] : [],
  );
  if (large.length === 0) return [];
  const paths = [...stackKinds.map((kind) => `cluster/cloudformation/${kind}.yaml`), 'cluster/versions.yaml'];
  const texts = await Promise.all(paths.map((path) => files.text(path, largestFile)));
  const [versions] = texts.slice(-1);
  // A checkout of declarations alone has none.
  if (texts.includes(undefined) || versions === undefined) return [];
  const templates = Object.fromEntries(stackKinds.map((kind, index) => [kind, texts[index]])) as Record<
    StackKind,
    string
  >;
  return large.flatMap(({ name, deployment }) => {
    const message = sizeProblem(deployment, { templates, versions });
    const folder = folders.find((candidate) => candidate.name === name);
    if (message === undefined || folder?.text === undefined) return [];
    const { positions } = understandSource({ ...folder, text: folder.text });
    return placeFindings([{ code: 'OSL037', path: '/nodes', part: 'key', message }], folder.file, positions());
  });
}

function sizeProblem(deployment: Deployment, sources: Parameters<typeof stacksOf>[1]): string | undefined {
  try {
    stacksOf(deployment, sources);
    return undefined;
  } catch (error) {
    const { code, message } = toFailure(error);
    return code === 'TemplateTooLarge' ? message : undefined;
  }
}

function entriesIn({ nodes, groups, profiles, service_accounts: accounts = [] }: Deployment): number {
  return nodes.length + groups.length + profiles.length + accounts.length;
}
