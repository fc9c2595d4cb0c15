import { dump, load } from 'js-yaml';
import type { Deployment } from '../deployment/deployment.ts';
import type { RepositoryKind } from '../mirror/mirror-record.ts';
import { flattenLayers, mergeLayers, type Overlay } from '../mirror/overlay.ts';
import { layerAllowance, readLayer } from '../mirror/overlay-folder.ts';
import { type RenderedFile, type RenderedOverlay, renderOverlay } from '../stacks/render.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Surroundings } from './surroundings.ts';

/** Where this repository's own folders go in each mirrored repository. */
export const sharedLayers: Record<RepositoryKind, { folder: string; prefix: string }> = {
  container: { folder: 'images', prefix: 'images/' },
  cluster: { folder: 'cluster', prefix: '' },
};

/** What is laid over one upstream repository; the files of the last layer that are rendered are listed beside. */
export type RepositoryLayers = { layers: Overlay[]; rendered: RenderedFile[] };

/**
 * What is laid over each upstream repository. Layers, later wins: this repository's shared folder, the deployment's own
 * folder, the rendered configuration.
 * @throws Failure of {@link readLayer}; `OverlayPath`
 */
export async function layersOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Record<RepositoryKind, RepositoryLayers>> {
  const { workspace } = surroundings;
  const rendered = await renderedOf(surroundings, deployment);
  const allowance = layerAllowance();
  const layers = async (kind: RepositoryKind): Promise<RepositoryLayers> => {
    const { folder, prefix } = sharedLayers[kind];
    const files = rendered[kind].map(({ path, mode, text }) => ({ path, mode, content: Buffer.from(text) }));
    const merged = mergeLayers([
      await readLayer(workspace.files, folder, { prefix, allowance }),
      await readLayer(workspace.files, `deployments/${deployment.name}/${kind}`, { allowance }),
      { files, delete: [], rename: [] },
    ]);
    return { layers: merged, rendered: rendered[kind] };
  };
  return { container: await layers('container'), cluster: await layers('cluster') };
}

/** The same, each as one overlay to look at. */
export async function overlaysOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Record<RepositoryKind, Overlay>> {
  const { container, cluster } = await layersOf(surroundings, deployment);
  return { container: flattenLayers(container.layers), cluster: flattenLayers(cluster.layers) };
}

/** Paths in a mirrored repository whose content comes from the declaration; no folder's file can win over them. */
export async function renderedPathsOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
  kind: RepositoryKind,
): Promise<ReadonlySet<string>> {
  return new Set((await renderedOf(surroundings, deployment))[kind].map(({ path }) => path));
}

async function renderedOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<RenderedOverlay> {
  const { workspace } = surroundings;
  const [stacks, versions, text] = await Promise.all([
    declaredStacks(surroundings, deployment),
    workspace.versions(),
    workspace.text(`deployments/${deployment.name}/opensarlab.yaml`),
  ]);
  return renderOverlay(deployment, { stacks, versions, declaration: withoutComments(text) });
}

/**
 * What the declaration says, without comments, layout and `reviewed`, which only says that somebody has seen a plan: those
 * must not cause a new commit and a new build.
 */
function withoutComments(declaration: string): string {
  const said = load(declaration);
  const entries = Object.entries(said ?? {}).filter(([key]) => key !== 'reviewed');
  return dump(Object.fromEntries(entries), { lineWidth: -1, noRefs: true });
}
