import { createHash, randomBytes } from 'node:crypto';
import { realNow } from '../../../clock.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import { wildcardMatch } from '../iam/wildcard.ts';

export type Image = {
  /** `sha256:` and the digest of the manifest's bytes. */
  digest: string;
  manifest: string;
  mediaType: string;
  tags: Set<string>;
  pushedAt: Date;
  /** Bytes of all layers, as the manifest states them. */
  size: number;
  lastPull: Date | undefined;
};

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

export type EcrRepository = {
  name: string;
  arn: string;
  uri: string;
  createdAt: Date;
  tagMutability: TagMutability;
  /** Wildcard patterns of tags that are exempt from `tagMutability`. */
  mutabilityExclusions: string[];
  scanOnPush: boolean;
  encryption: { encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE'; kmsKey?: string };
  lifecyclePolicy: string | undefined;
  tags: Record<string, string>;
  /** By digest. */
  images: Map<string, Image>;
  /** Layers and configurations that were uploaded, by digest, with their size in bytes. */
  layers: Map<string, number>;
};

export type EcrState = {
  repositories: Map<string, EcrRepository>;
  /** Registry passwords given out by GetAuthorizationToken, with the real time at which they expire. */
  passwords: Map<string, Date>;
};

export const ecrState: StateKey<EcrState> = {
  id: 'ecr',
  create: () => ({ repositories: new Map(), passwords: new Map() }),
};

/** `123456789012.dkr.ecr.us-west-2.amazonaws.com` */
export const registryHost = (world: AwsWorld, region: string): string =>
  `${world.accountId}.dkr.ecr.${region}.amazonaws.com`;

/** ECR API_CreateRepository.html, repositoryName */
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * @throws AwsError RepositoryNotFoundException
 */
export function findEcrRepository(world: AwsWorld, region: string, name: string | undefined): EcrRepository {
  const repository = world.state(ecrState, region).repositories.get(name ?? '');
  if (repository) return repository;
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${world.accountId}'`,
  );
}

/**
 * @throws AwsError InvalidParameterException, RepositoryAlreadyExistsException
 */
export function makeEcrRepository(world: AwsWorld, region: string, name: string): EcrRepository {
  if (!NAME.test(name) || name.length < 2 || name.length > 256) {
    throw new AwsError(
      'InvalidParameterException',
      `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression ${NAME.source}'`,
    );
  }
  const { repositories } = world.state(ecrState, region);
  if (repositories.has(name)) {
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${world.accountId}'`,
    );
  }
  const repository: EcrRepository = {
    name,
    arn: `arn:aws:ecr:${region}:${world.accountId}:repository/${name}`,
    uri: `${registryHost(world, region)}/${name}`,
    createdAt: world.clock.now(),
    tagMutability: 'MUTABLE',
    mutabilityExclusions: [],
    scanOnPush: false,
    encryption: { encryptionType: 'AES256' },
    lifecyclePolicy: undefined,
    tags: {},
    images: new Map(),
    layers: new Map(),
  };
  repositories.set(name, repository);
  return repository;
}

/**
 * Removes a repository; with images in it only by force (API_DeleteRepository.html).
 * @throws AwsError RepositoryNotEmptyException
 */
export function removeEcrRepository(world: AwsWorld, region: string, name: string, force: boolean): EcrRepository {
  const repository = findEcrRepository(world, region, name);
  if (repository.images.size > 0 && !force) {
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${name}' in registry with id '${world.accountId}' cannot be deleted because it still ` +
        'contains images',
    );
  }
  world.state(ecrState, region).repositories.delete(name);
  return repository;
}

/**
 * Registers a manifest, and with `tag` points the tag at it (API_PutImage.html).
 * @throws AwsError ImageAlreadyExistsException, ImageTagAlreadyExistsException, LayersNotFoundException
 */
export function storeImage(
  world: AwsWorld,
  repository: EcrRepository,
  image: { manifest: string; mediaType: string; tag: string | undefined },
): Image {
  const digest = `sha256:${createHash('sha256').update(image.manifest).digest('hex')}`;
  const existing = repository.images.get(digest);
  if (existing && (image.tag === undefined || existing.tags.has(image.tag))) {
    throw new AwsError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${image.tag}' already exists in the repository with name ` +
        `'${repository.name}' in registry with id '${world.accountId}'`,
    );
  }
  const size = sizeOfLayers(world, repository, image.manifest);
  if (image.tag !== undefined) releaseTag(world, repository, image.tag);
  const stored: Image = existing ?? {
    digest,
    manifest: image.manifest,
    mediaType: image.mediaType,
    tags: new Set(),
    pushedAt: world.clock.now(),
    size,
    lastPull: undefined,
  };
  if (image.tag !== undefined) stored.tags.add(image.tag);
  repository.images.set(digest, stored);
  return stored;
}

/** Takes a tag off the image that has it; an immutable tag stays (userguide, image-tag-mutability.html). */
function releaseTag(world: AwsWorld, repository: EcrRepository, tag: string): void {
  const holder = [...repository.images.values()].find((image) => image.tags.has(tag));
  if (!holder) return;
  if (isImmutable(repository, tag)) {
    throw new AwsError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because ` +
        `the tag is immutable. (registry id '${world.accountId}')`,
    );
  }
  holder.tags.delete(tag);
}

/** Exclusion filters have one kind, WILDCARD (API_ImageTagMutabilityExclusionFilter.html). */
function isImmutable(repository: EcrRepository, tag: string): boolean {
  const excluded = repository.mutabilityExclusions.some((pattern) => wildcardMatch(pattern, tag));
  return repository.tagMutability.startsWith('IMMUTABLE') ? !excluded : excluded;
}

/** A manifest whose layers were not uploaded is refused (API_PutImage.html, LayersNotFoundException). */
function sizeOfLayers(world: AwsWorld, repository: EcrRepository, manifest: string): number {
  const { config, layers = [] } = JSON.parse(manifest) as { config?: Layer; layers?: Layer[] };
  const all = [...(config ? [config] : []), ...layers];
  const missing = all.filter((layer) => !repository.layers.has(layer.digest)).map((layer) => layer.digest);
  if (missing.length > 0) {
    throw new AwsError(
      'LayersNotFoundException',
      `Layers with digests '[${missing.join(', ')}]' required for pushing image into repository with name ` +
        `'${repository.name}' in the registry with id '${world.accountId}' do not exist`,
    );
  }
  return layers.reduce((sum, layer) => sum + layer.size, 0);
}

type Layer = { digest: string; size: number };

/** The password of an authorization token, good for 12 hours of real time (API_GetAuthorizationToken.html). */
export function issueRegistryPassword(world: AwsWorld, region: string): { password: string; expiresAt: Date } {
  const password = randomBytes(48).toString('base64url');
  const expiresAt = new Date(realNow().getTime() + 12 * 3_600_000);
  world.state(ecrState, region).passwords.set(password, expiresAt);
  return { password, expiresAt };
}
