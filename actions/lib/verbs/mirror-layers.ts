import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { Deployment } from '../deployment/deployment.ts';
import type { RepositoryKind } from '../git/mirror-record.ts';
import { flattenLayers, mergeLayers, type Overlay } from '../git/overlay.ts';
import { readLayer } from '../git/overlay-folder.ts';
import { type RenderedOverlay, renderOverlay } from '../stacks/render.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Surroundings } from './surroundings.ts';

/** Where this repository's own folders go in each mirrored repository. */
export const sharedLayers: Record<RepositoryKind, { folder: string; prefix: string }> = {
  container: { folder: 'images', prefix: 'images/' },
  cluster: { folder: 'cluster', prefix: '' },
};

/**
 * What is laid over each upstream repository. Layers, later wins: this repository's shared folder, the deployment's own
 * folder, the rendered configuration.
 * @throws Failure `OverlayPath`, `OverlayFile`, `OverlayFolder`, `OverlayList`
 */
export async function layersOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Record<RepositoryKind, Overlay[]>> {
  const { workspace } = surroundings;
  const rendered = await renderedOf(surroundings, deployment);
  const layers = async (kind: RepositoryKind): Promise<Overlay[]> => {
    const { folder, prefix } = sharedLayers[kind];
    const checkout = workspace.root;
    const files = rendered[kind].map(({ path, mode, text }) => ({ path, mode, content: Buffer.from(text) }));
    return mergeLayers([
      await readLayer(join(checkout, folder), { prefix, checkout }),
      await readLayer(join(checkout, 'deployments', deployment.name, kind), { checkout }),
      { files, delete: [], rename: [] },
    ]);
  };
  return { container: await layers('container'), cluster: await layers('cluster') };
}

/** The same, each as one overlay to look at. */
export async function overlaysOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Record<RepositoryKind, Overlay>> {
  const { container, cluster } = await layersOf(surroundings, deployment);
  return { container: flattenLayers(container), cluster: flattenLayers(cluster) };
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

/** What the declaration says, without comments and layout: those must not cause a new commit and a new build. */
function withoutComments(declaration: string): string {
  return dump(load(declaration), { lineWidth: -1, noRefs: true });
}
