import type {
  BatchDeleteImageCommandInput,
  BatchDeleteImageCommandOutput,
  BatchGetImageCommandInput,
  BatchGetImageCommandOutput,
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  ImageIdentifier,
  ListImagesCommandInput,
  ListImagesCommandOutput,
  PutImageCommandInput,
  PutImageCommandOutput,
} from '@aws-sdk/client-ecr';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { type EcrRepository, findEcrRepository, type Image, storeImage } from './ecr-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** API_BatchDeleteImage.html, API_BatchGetImage.html: imageIds, "Maximum number of 100 items" */
const MAXIMUM_BATCH = 100;

function describeImages(input: DescribeImagesCommandInput, context: CallContext): Output<DescribeImagesCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const chosen = input.imageIds?.length
    ? input.imageIds.map((id) => requireImage(context, repository, id))
    : [...repository.images.values()];
  const matching = chosen.filter((image) => hasTagStatus(image, input.filter?.tagStatus));
  const { page, nextToken } = tokenPage(matching, pageRequest(input));
  return {
    imageDetails: page.map((image) => ({
      registryId: context.world.accountId,
      repositoryName: repository.name,
      imageDigest: image.digest,
      ...(image.tags.size > 0 ? { imageTags: [...image.tags] } : {}),
      imageSizeInBytes: image.size,
      imagePushedAt: image.pushedAt,
      imageManifestMediaType: image.mediaType,
      ...(image.lastPull ? { lastRecordedPullTime: image.lastPull } : {}),
    })),
    ...(nextToken ? { nextToken } : {}),
  };
}

/** One entry for every tag, and one for every image without any (API_ListImages.html). */
function listImages(input: ListImagesCommandInput, context: CallContext): Output<ListImagesCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const ids = [...repository.images.values()]
    .filter((image) => hasTagStatus(image, input.filter?.tagStatus))
    .flatMap((image): ImageIdentifier[] =>
      image.tags.size === 0
        ? [{ imageDigest: image.digest }]
        : [...image.tags].map((imageTag) => ({ imageDigest: image.digest, imageTag })),
    );
  const { page, nextToken } = tokenPage(ids, pageRequest(input));
  return { imageIds: page, ...(nextToken ? { nextToken } : {}) };
}

function batchGetImage(input: BatchGetImageCommandInput, context: CallContext): Output<BatchGetImageCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const ids = requireBatch(input.imageIds);
  const found = ids.flatMap((id) => {
    const image = imageOf(repository, id);
    return image ? [{ id, image }] : [];
  });
  for (const { image } of found) image.lastPull = context.world.clock.now();
  return {
    images: found.map(({ id, image }) => ({
      registryId: context.world.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, ...(id.imageTag ? { imageTag: id.imageTag } : {}) },
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    })),
    failures: ids.filter((id) => !imageOf(repository, id)).map(notFound),
  };
}

/** Deleting the last tag deletes the image; deleting by digest takes all its tags along (API_BatchDeleteImage.html). */
function batchDeleteImage(
  input: BatchDeleteImageCommandInput,
  context: CallContext,
): Output<BatchDeleteImageCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const imageIds: ImageIdentifier[] = [];
  const failures: Output<BatchDeleteImageCommandOutput>['failures'] = [];
  for (const id of requireBatch(input.imageIds)) {
    const image = imageOf(repository, id);
    if (image) imageIds.push(...removeImage(repository, image, id.imageDigest ? undefined : id.imageTag));
    else failures.push(notFound(id));
  }
  return { imageIds, failures };
}

function removeImage(repository: EcrRepository, image: Image, tag: string | undefined): ImageIdentifier[] {
  if (tag !== undefined && image.tags.size > 1) {
    image.tags.delete(tag);
    return [{ imageDigest: image.digest, imageTag: tag }];
  }
  repository.images.delete(image.digest);
  return image.tags.size === 0
    ? [{ imageDigest: image.digest }]
    : [...image.tags].map((imageTag) => ({ imageDigest: image.digest, imageTag }));
}

function putImage(input: PutImageCommandInput, context: CallContext): Output<PutImageCommandOutput> {
  const repository = findEcrRepository(context.world, context.region, input.repositoryName);
  const manifest = input.imageManifest ?? '';
  const image = storeImage(context.world, repository, {
    manifest,
    mediaType: input.imageManifestMediaType ?? mediaTypeOf(manifest),
    tag: input.imageTag,
  });
  return {
    image: {
      registryId: context.world.accountId,
      repositoryName: repository.name,
      imageId: { imageDigest: image.digest, ...(input.imageTag ? { imageTag: input.imageTag } : {}) },
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    },
  };
}

function mediaTypeOf(manifest: string): string {
  const { mediaType } = JSON.parse(manifest) as { mediaType?: string };
  if (mediaType) return mediaType;
  throw new AwsError('InvalidParameterException', 'The image manifest has no mediaType and none was given.');
}

function imageOf(repository: EcrRepository, id: ImageIdentifier): Image | undefined {
  const matches = (image: Image): boolean =>
    (id.imageDigest === undefined || image.digest === id.imageDigest) &&
    (id.imageTag === undefined || image.tags.has(id.imageTag));
  if (id.imageDigest === undefined && id.imageTag === undefined) return undefined;
  return [...repository.images.values()].find(matches);
}

function requireImage(context: CallContext, repository: EcrRepository, id: ImageIdentifier): Image {
  const image = imageOf(repository, id);
  if (image) return image;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not ` +
      `exist within the repository with name '${repository.name}' in the registry with id '${context.world.accountId}'`,
  );
}

function requireBatch(ids: ImageIdentifier[] | undefined): ImageIdentifier[] {
  if (ids && ids.length > 0 && ids.length <= MAXIMUM_BATCH) return ids;
  throw new AwsError(
    'InvalidParameterException',
    `Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length between 1 and ${MAXIMUM_BATCH}'`,
  );
}

const notFound = (imageId: ImageIdentifier) => ({
  imageId,
  failureCode: 'ImageNotFound' as const,
  failureReason: 'Requested image not found',
});

const hasTagStatus = (image: Image, status: 'TAGGED' | 'UNTAGGED' | 'ANY' | undefined): boolean =>
  status === undefined || status === 'ANY' || (status === 'TAGGED') === image.tags.size > 0;

const pageRequest = (input: { maxResults?: number | undefined; nextToken?: string | undefined }) => ({
  size: input.maxResults ?? 100,
  token: input.nextToken,
  errorCode: 'InvalidParameterException',
});

/** ECR's operations on images. */
export const imageOperations = {
  DescribeImages: describeImages,
  ListImages: listImages,
  BatchGetImage: batchGetImage,
  BatchDeleteImage: batchDeleteImage,
  PutImage: putImage,
} satisfies Record<string, Operation>;
