import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolError, type ToolInput } from './run-tool.ts';

/** An image of the stand-in: its blobs are small JSON texts that describe what a real layer would hold. */
export type LocalImage = {
  /** Digest of the configuration, as Docker's image id. */
  id: string;
  /** Digest of the manifest, as the registry knows the image. */
  digest: string;
  manifest: string;
  config: string;
  layer: string;
};

const MEDIA_TYPE = 'application/vnd.oci.image';

/** Where the images of the user are kept, beside Docker's own configuration. */
export const dockerFolder = (env: ToolInput['env']): string =>
  env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? '.', '.docker');

const imagesFile = (env: ToolInput['env']): string => join(dockerFolder(env), 'sandbox-images.json');

/** Images by reference, and each by its id too. */
export async function loadImages(env: ToolInput['env']): Promise<Record<string, LocalImage>> {
  try {
    return JSON.parse(await readFile(imagesFile(env), 'utf8')) as Record<string, LocalImage>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Replaces what `loadImages` returns. */
export async function saveImages(env: ToolInput['env'], images: Record<string, LocalImage>): Promise<void> {
  await mkdir(dirname(imagesFile(env)), { recursive: true });
  await writeFile(imagesFile(env), JSON.stringify(images, null, 1));
}

/** A reference with its tag: nothing means `latest` (docs.docker.com/reference/cli/docker/image/tag). */
export function canonicalReference(reference: string): string {
  if (!/^[a-z0-9][\w.\-/:]*(@sha256:[0-9a-f]{64})?$/.test(reference)) {
    throw new ToolError(`invalid reference format: ${reference}`);
  }
  return reference.includes('@') || /:[\w][\w.-]*$/.test(reference) ? reference : `${reference}:latest`;
}

/**
 * @param name reference or id
 * @throws ToolError
 */
export function findImage(images: Readonly<Record<string, LocalImage>>, name: string): LocalImage {
  const image = images[name] ?? images[canonicalReference(name)];
  if (image) return image;
  throw new ToolError(`Error response from daemon: No such image: ${canonicalReference(name)}`);
}

/**
 * An image from what it is made of. Equal content gives equal digests.
 * @param content anything that can be JSON: what a real layer would hold
 */
export function makeImage(content: object, labels: Readonly<Record<string, string>>): LocalImage {
  const layer = JSON.stringify(content);
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  });
  return imageOf(config, layer);
}

function imageOf(config: string, layer: string): LocalImage {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: `${MEDIA_TYPE}.manifest.v1+json`,
    config: { mediaType: `${MEDIA_TYPE}.config.v1+json`, ...descriptor(config) },
    layers: [{ mediaType: `${MEDIA_TYPE}.layer.v1.tar`, ...descriptor(layer) }],
  });
  return { id: digestOf(config), digest: digestOf(manifest), manifest, config, layer };
}

const descriptor = (blob: string): { digest: string; size: number } => ({
  digest: digestOf(blob),
  size: Buffer.byteLength(blob),
});

/** `sha256:` and hex digits. */
export const digestOf = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
