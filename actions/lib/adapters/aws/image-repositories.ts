import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DeleteRepositoryCommand,
  ECRClient,
  type ImageIdentifier,
  paginateDescribeRepositories,
  paginateListImages,
} from '@aws-sdk/client-ecr';
import { Failure } from '../../failure.ts';
import type { ImageRepositories } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

const missing = ['RepositoryNotFoundException'];

/** BatchDeleteImage takes at most 100 images. */
const batchSize = 100;

/** Deleting an image index frees the images it lists, so that a repository is empty after a few passes. */
const maxPasses = 5;

/** The port to Amazon ECR. */
export function connectImageRepositories(settings: ClientSettings, counter: CallCounter): ImageRepositories {
  const client = counted(new ECRClient(settings), counter);
  return {
    list: (namespace) => listRepositories(client, namespace),
    findImage: (repository, tag) =>
      findInAws(`look for image ${repository}:${tag}`, missing, async () => {
        const { images } = await client.send(
          new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: tag }] }),
        );
        const digest = images?.[0]?.imageId?.imageDigest;
        return digest === undefined ? undefined : { digest };
      }),
    empty: async (repository) => {
      const deleted = await findInAws(`empty image repository ${repository}`, missing, () =>
        deleteImages(client, repository),
      );
      return deleted ?? 0;
    },
    delete: async (repository) => {
      await findInAws(`delete image repository ${repository}`, missing, () =>
        client.send(new DeleteRepositoryCommand({ repositoryName: repository, force: true })),
      );
    },
  };
}

async function listRepositories(client: ECRClient, namespace: string): Promise<{ name: string; arn: string }[]> {
  return callAws('list image repositories', async () => {
    const found: { name: string; arn: string }[] = [];
    for await (const page of paginateDescribeRepositories({ client }, {})) {
      for (const { repositoryName, repositoryArn } of page.repositories ?? []) {
        if (!repositoryName?.startsWith(`${namespace}/`)) continue;
        found.push({ name: repositoryName, arn: repositoryArn ?? repositoryName });
      }
    }
    return found;
  });
}

async function deleteImages(client: ECRClient, repository: string): Promise<number> {
  let deleted = 0;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const images: ImageIdentifier[] = [];
    for await (const page of paginateListImages({ client }, { repositoryName: repository })) {
      images.push(...(page.imageIds ?? []));
    }
    const digests = [...new Set(images.flatMap(({ imageDigest }) => imageDigest ?? []))];
    if (digests.length === 0) return deleted;
    for (let start = 0; start < digests.length; start += batchSize) {
      const imageIds = digests.slice(start, start + batchSize).map((imageDigest) => ({ imageDigest }));
      const answer = await client.send(new BatchDeleteImageCommand({ repositoryName: repository, imageIds }));
      deleted += imageIds.length - (answer.failures?.length ?? 0);
    }
  }
  throw new Failure({
    code: 'ImagesNotDeleted',
    source: 'aws',
    message: `Image repository ${repository} still has images after ${maxPasses} attempts to delete them.`,
    hint: 'Something pushes or references images: look for a running build or a repository policy.',
  });
}
