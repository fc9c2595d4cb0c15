import type { ProposalFiles } from '../adapters/workspace/proposal-files.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { diagnosticCodes } from '../deployment/diagnostic-codes.ts';
import { placeFindings } from '../deployment/finding.ts';
import { understandSource } from '../deployment/read-deployment.ts';
import type { DeploymentFolder, DeploymentResult } from '../deployment/read-deployments.ts';
import { toFailure } from '../failure.ts';
import { type ImageFault, imageFaults } from '../mirror/image-folders.ts';
import { flattenLayers, mergeLayers, type Overlay, type OverlayFile } from '../mirror/overlay.ts';
import { inspectLayer } from '../mirror/overlay-folder.ts';
import { sharedLayers } from './mirror-layers.ts';

/** Looks at folders of images; what all deployments share is read once. */
export type ImageReader = {
  /** @returns what `images/build.sh` would refuse of the images, by image; nothing where the mirror refuses the folders */
  faultsOf(deployment: string, images: readonly string[]): Promise<ReadonlyMap<string, readonly ImageFault[]>>;
};

export function imageReader(files: ProposalFiles): ImageReader {
  let shared: Promise<Overlay | undefined> | undefined;
  return {
    async faultsOf(deployment, images) {
      const { folder, prefix } = sharedLayers.container;
      shared ??= layerOf(files, folder, prefix);
      const below = await shared;
      const own = await layerOf(files, `deployments/${deployment}/container`, '');
      if (below === undefined || own === undefined) return new Map();
      const all = filesOf([below, own]);
      return new Map(all === undefined ? [] : images.map((image) => [image, imageFaults(image, all)]));
    },
  };
}

/** Undefined where the mirror would refuse it, which is another finding. */
async function layerOf(files: ProposalFiles, folder: string, prefix: string): Promise<Overlay | undefined> {
  const { layer, refusals } = await inspectLayer(files, folder, { prefix });
  return refusals.length > 0 ? undefined : layer;
}

/** Undefined where the mirror would refuse the lists beside the files, which is another finding. */
function filesOf(layers: readonly Overlay[]): OverlayFile[] | undefined {
  try {
    return flattenLayers(mergeLayers(layers)).files;
  } catch (error) {
    if (toFailure(error).source === 'user') return undefined;
    throw error;
  }
}

/**
 * What `images/build.sh` would refuse after a merge: at the file that it is about, once for all deployments, or where a
 * profile names the image.
 */
export async function imageFindings(
  files: ProposalFiles,
  folders: readonly DeploymentFolder[],
  results: readonly Pick<DeploymentResult, 'name' | 'deployable' | 'images'>[],
): Promise<Diagnostic[]> {
  const reader = imageReader(files);
  const found = new Map<string, Diagnostic>();
  for (const { name, deployable, images } of results) {
    const folder = folders.find((candidate) => candidate.name === name);
    if (!deployable || images.length === 0 || folder?.text === undefined) continue;
    for (const [image, faults] of await reader.faultsOf(name, images)) {
      for (const diagnostic of faults.flatMap((fault) =>
        diagnosticsOf(fault, image, { ...folder, text: folder.text ?? '' }),
      )) {
        found.set(JSON.stringify([diagnostic.file, diagnostic.line, diagnostic.code, diagnostic.message]), diagnostic);
      }
    }
  }
  return [...found.values()];
}

function diagnosticsOf(
  { code, message, hint, source }: ImageFault,
  image: string,
  folder: DeploymentFolder & { text: string },
): Diagnostic[] {
  const { severity, remedy } = diagnosticCodes[code];
  if (source !== undefined) {
    return [{ code, severity, path: '', file: source, line: 1, column: 1, message, hint: hint ?? remedy }];
  }
  const { draft, positions } = understandSource(folder);
  const index = (draft.profiles ?? []).findIndex((profile) => profile?.image_name === image);
  const finding = { code, path: `/profiles/${index}/image_name`, message, ...(hint === undefined ? {} : { hint }) };
  return placeFindings([finding], folder.file, positions());
}
