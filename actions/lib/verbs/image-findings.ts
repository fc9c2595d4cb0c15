import type { ProposalFiles } from '../adapters/workspace/proposal-files.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { diagnosticCodes } from '../deployment/diagnostic-codes.ts';
import { placeFindings } from '../deployment/finding.ts';
import { understandSource } from '../deployment/read-deployment.ts';
import type { DeploymentFolder, DeploymentResult } from '../deployment/read-deployments.ts';
import { toFailure } from '../failure.ts';
import { dockerHubImages, type ImageFault, imageFaults } from '../mirror/image-folders.ts';
import { flattenLayers, mergeLayers, type Overlay, type OverlayFile } from '../mirror/overlay.ts';
import { inspectLayer } from '../mirror/overlay-folder.ts';
import { sharedLayers } from './mirror-layers.ts';

/** What is to be said of the images of a deployment; nothing is known where the mirror refuses the folders. */
export type ImagesJudgement = {
  /** What `images/build.sh` would refuse, by image. */
  faults?: ReadonlyMap<string, readonly ImageFault[]>;
  /** Images at Docker Hub that they start from. */
  dockerHubImages?: readonly string[];
};

/** Looks at folders of images; what all deployments share is read once. */
export type ImageReader = { judge(deployment: string, images: readonly string[]): Promise<ImagesJudgement> };

export function imageReader(files: ProposalFiles): ImageReader {
  let shared: Promise<Overlay | undefined> | undefined;
  return {
    async judge(deployment, images) {
      const { folder, prefix } = sharedLayers.container;
      shared ??= layerOf(files, folder, prefix);
      const below = await shared;
      const own = await layerOf(files, `deployments/${deployment}/container`, '');
      const all = below === undefined || own === undefined ? undefined : filesOf([below, own]);
      if (all === undefined) return {};
      return {
        faults: new Map(images.map((image) => [image, imageFaults(image, all)])),
        dockerHubImages: [...new Set(images.flatMap((image) => dockerHubImages(image, all)))].sort(),
      };
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
    for (const [image, faults] of (await reader.judge(name, images)).faults ?? []) {
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
