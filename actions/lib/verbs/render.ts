import type { Deployment } from '../deployment/deployment.ts';
import type { RepositoryKind } from '../mirror/mirror-record.ts';
import type { Overlay, OverlayFile } from '../mirror/overlay.ts';
import { stackName } from '../stacks/catalogue.ts';
import type { ParameterValue, Stack } from '../stacks/stack.ts';
import { renderInstructions } from '../stacks/upload-by-hand.ts';
import { declaredStacks } from './declared-stacks.ts';
import { overlaysOf } from './mirror-layers.ts';
import type { Surroundings } from './surroundings.ts';

/** Values of both Helm charts in the overlay of `NAME-cluster`, and what they are called beside it. */
const helmValues: Readonly<Record<string, string>> = {
  'jupyterhub/values.yaml': 'helm/jupyterhub-common.yaml',
  'opensarlab/values.yaml': 'helm/jupyterhub.yaml',
  'opensarlab/autoscaler.yaml': 'helm/cluster-autoscaler.yaml',
};

/**
 * Everything that a deployment is made of, for review and for upload by hand, sorted by path: final templates with
 * parameters and tags as CloudFormation's command line takes them, Helm values, and what the mirror lays over the upstream
 * repositories. The same checkout gives the same bytes; nothing is asked of AWS or upstream.
 * @throws Failure `TemplateSyntax`, `Versions`, `TemplateTooLarge`, `OverlayPath` …
 */
export async function render(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<OverlayFile[]> {
  const [stacks, overlays] = await Promise.all([
    declaredStacks(surroundings, deployment),
    overlaysOf(surroundings, deployment),
  ]);
  const files = [
    textFile('README.md', renderInstructions(deployment, stacks)),
    ...stacks.flatMap((stack) => stackFiles(stack, deployment)),
    ...overlays.cluster.files.flatMap(asHelmValues),
    ...(['container', 'cluster'] as const).flatMap((kind) => repositoryFiles(kind, deployment, overlays[kind])),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function stackFiles({ name, templateBody, parameters, tags }: Stack, deployment: Deployment): OverlayFile[] {
  const values = Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: textOf(value, deployment),
  }));
  const pairs = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return [
    textFile(`stacks/${name}.yaml`, templateBody),
    textFile(`stacks/${name}.parameters.json`, json(values)),
    textFile(`stacks/${name}.tags.json`, json(pairs)),
  ];
}

/** What only AWS knows is put in words, for a person to replace. */
function textOf(value: ParameterValue, deployment: Deployment): string {
  if (typeof value === 'string') return value;
  if ('stack' in value) return `<output ${value.output} of stack ${stackName(deployment.name, value.stack)}>`;
  if ('creation' in value) return value.afterwards;
  if (typeof value.first === 'string') return value.first;
  if ('machineImage' in value.first) return `<value of public parameter ${value.first.machineImage}>`;
  return `<default version of add-on ${value.first.addon} for Kubernetes ${value.first.kubernetes}>`;
}

function asHelmValues(file: OverlayFile): OverlayFile[] {
  const path = Object.hasOwn(helmValues, file.path) ? helmValues[file.path] : undefined;
  return path === undefined ? [] : [{ ...file, path }];
}

/** The overlay's files below the repository's name; what it takes away or moves is a list beside them. */
function repositoryFiles(kind: RepositoryKind, deployment: Deployment, overlay: Overlay): OverlayFile[] {
  const folder = `repositories/${deployment.name}-${kind}`;
  const { url, ref, commit } = deployment.sources[kind];
  const upstream = { url, ref, ...(commit === undefined ? {} : { commit }) };
  return [
    textFile(`${folder}.json`, json({ upstream, delete: overlay.delete, rename: overlay.rename })),
    ...overlay.files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
  ];
}

function textFile(path: string, text: string): OverlayFile {
  return { path, mode: '100644', content: Buffer.from(text) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
