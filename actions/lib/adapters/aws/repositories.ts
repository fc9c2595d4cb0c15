import {
  CodeCommitClient,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
  GetRepositoryCommand,
  paginateListRepositories,
  type RepositoryMetadata,
} from '@aws-sdk/client-codecommit';
import { remedies } from '../../diagnosis/remedies.ts';
import { Failure } from '../../failure.ts';
import type { Repositories, Repository } from '../../ports/aws-ports.ts';
import { callAws, findInAws, isAwsError, toAwsFailure } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

const missing = ['RepositoryDoesNotExistException', 'BranchDoesNotExistException'];

/** The port to AWS CodeCommit. */
export function connectRepositories(settings: ClientSettings, counter: CallCounter): Repositories {
  const client = counted(new CodeCommitClient(settings), counter);
  return {
    find: (name) =>
      findInAws(`get repository ${name}`, missing, async () => {
        const { repositoryMetadata } = await client.send(new GetRepositoryCommand({ repositoryName: name }));
        return toRepository(name, repositoryMetadata);
      }),
    create: async (name, description, tags) => {
      try {
        const { repositoryMetadata } = await client.send(
          new CreateRepositoryCommand({ repositoryName: name, repositoryDescription: description, tags }),
        );
        return toRepository(name, repositoryMetadata);
      } catch (error) {
        throw isAwsError(error, 'OperationNotAllowedException')
          ? unavailable(error)
          : toAwsFailure(error, `create repository ${name}`);
      }
    },
    branchHead: (name, branch) =>
      findInAws(`get branch ${branch} of repository ${name}`, missing, async () => {
        const answer = await client.send(new GetBranchCommand({ repositoryName: name, branchName: branch }));
        return answer.branch?.commitId;
      }),
    // DeleteRepository succeeds for a repository that does not exist.
    delete: (name) =>
      callAws(`delete repository ${name}`, async () => {
        await client.send(new DeleteRepositoryCommand({ repositoryName: name }));
      }),
    list: () =>
      callAws('list repositories', async () => {
        const names: string[] = [];
        for await (const page of paginateListRepositories({ client }, {})) {
          for (const { repositoryName } of page.repositories ?? []) if (repositoryName) names.push(repositoryName);
        }
        return names;
      }),
  };
}

function toRepository(name: string, metadata: RepositoryMetadata | undefined): Repository {
  if (metadata?.Arn === undefined || metadata.cloneUrlHttp === undefined) {
    throw new Failure({
      code: 'IncompleteAnswer',
      source: 'aws',
      message: `AWS CodeCommit described repository ${name} without its ARN or clone URL.`,
    });
  }
  return { name, arn: metadata.Arn, cloneUrl: metadata.cloneUrlHttp };
}

/** An account that never had a repository while CodeCommit was closed to new customers gets this answer. */
function unavailable(cause: unknown): Failure {
  return new Failure({
    code: 'CodeCommitUnavailable',
    source: 'aws',
    message: 'This AWS account may not create CodeCommit repositories.',
    hint: remedies['open-codecommit'],
    cause,
  });
}
