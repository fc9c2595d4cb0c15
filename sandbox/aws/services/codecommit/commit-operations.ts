import type {
  Difference,
  GetBranchCommandInput,
  GetBranchCommandOutput,
  GetCommitCommandInput,
  GetCommitCommandOutput,
  GetDifferencesCommandInput,
  GetDifferencesCommandOutput,
  GetFileCommandInput,
  GetFileCommandOutput,
  ListBranchesCommandInput,
  ListBranchesCommandOutput,
} from '@aws-sdk/client-codecommit';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { branchHead, git, gitBytes, hasCommit, listReferences, readCommit } from './bare-repository.ts';
import { type CodeCommitRepository, findCodeCommitRepository } from './codecommit-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Branches a page; CodeCommit documents none, clients follow the token. */
const BRANCH_PAGE = 100;

async function getBranch(input: GetBranchCommandInput, context: CallContext): Promise<Output<GetBranchCommandOutput>> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  if (!input.branchName) throw new AwsError('BranchNameRequiredException', 'A branch name is required.');
  const commitId = await branchHead(repository.folder, input.branchName);
  if (!commitId) throw new AwsError('BranchDoesNotExistException', `Branch ${input.branchName} does not exist`);
  return { branch: { branchName: input.branchName, commitId } };
}

async function listBranches(
  input: ListBranchesCommandInput,
  context: CallContext,
): Promise<Output<ListBranchesCommandOutput>> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  const names = [...(await listReferences(repository.folder)).keys()]
    .filter((name) => name.startsWith('refs/heads/'))
    .map((name) => name.slice('refs/heads/'.length));
  const { page, nextToken } = tokenPage(names, {
    size: BRANCH_PAGE,
    token: input.nextToken,
    errorCode: 'InvalidContinuationTokenException',
  });
  return { branches: page, ...(nextToken ? { nextToken } : {}) };
}

async function getCommit(input: GetCommitCommandInput, context: CallContext): Promise<Output<GetCommitCommandOutput>> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  if (!input.commitId) throw new AwsError('CommitIdRequiredException', 'A commit ID is required.');
  if (!(await hasCommit(repository.folder, input.commitId))) {
    throw new AwsError('CommitIdDoesNotExistException', `Commit ${input.commitId} does not exist`);
  }
  return { commit: { ...(await readCommit(repository.folder, input.commitId)), additionalData: '' } };
}

/** A branch, tag, `HEAD` or commit id as a full commit id (API_GetDifferences.html, commit specifiers). */
async function resolveCommit(repository: CodeCommitRepository, specifier: string): Promise<string> {
  const references = await listReferences(repository.folder);
  const name = specifier === 'HEAD' ? (repository.defaultBranch ?? '') : specifier;
  const found = references.get(`refs/heads/${name}`) ?? references.get(`refs/tags/${name}`) ?? references.get(name);
  const commitId = found ?? name;
  if (await hasCommit(repository.folder, commitId)) return commitId;
  throw new AwsError('CommitDoesNotExistException', `Commit ${specifier} does not exist`);
}

/** Files that differ between two commits; without a `before` commit all files of the `after` commit. */
async function getDifferences(
  input: GetDifferencesCommandInput,
  context: CallContext,
): Promise<Output<GetDifferencesCommandOutput>> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  if (!input.afterCommitSpecifier) throw new AwsError('CommitRequiredException', 'A commit was not specified.');
  if (input.beforePath !== undefined || input.afterPath !== undefined) {
    throw new AwsError(
      'InvalidPathException',
      'The sandbox compares whole commits only, without beforePath or afterPath.',
    );
  }
  const after = await resolveCommit(repository, input.afterCommitSpecifier);
  const before = input.beforeCommitSpecifier
    ? await resolveCommit(repository, input.beforeCommitSpecifier)
    : (await git(repository.folder, ['hash-object', '-t', 'tree', '/dev/null'])).trim();
  const text = await git(repository.folder, ['diff-tree', '-r', '-z', '--no-renames', '--full-index', before, after]);
  const { page, nextToken } = tokenPage(parseDifferences(text), {
    size: input.MaxResults ?? 100,
    token: input.NextToken,
    errorCode: 'InvalidContinuationTokenException',
  });
  return { differences: page, ...(nextToken ? { NextToken: nextToken } : {}) };
}

/** Output of `git diff-tree -z`: `:MODE MODE BLOB BLOB STATUS`, NUL, path, NUL. */
function parseDifferences(text: string): Difference[] {
  const parts = text.split('\0').filter((part) => part !== '');
  const differences: Difference[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [beforeMode = '', afterMode, beforeId, afterId, status] = (parts[index] ?? '').split(' ');
    const path = parts[index + 1];
    differences.push({
      ...(status === 'A' ? {} : { beforeBlob: { blobId: beforeId, path, mode: beforeMode.slice(1) } }),
      ...(status === 'D' ? {} : { afterBlob: { blobId: afterId, path, mode: afterMode } }),
      changeType: status === 'A' || status === 'D' ? status : 'M',
    });
  }
  return differences;
}

async function getFile(input: GetFileCommandInput, context: CallContext): Promise<Output<GetFileCommandOutput>> {
  const repository = findCodeCommitRepository(context.world, context.region, input.repositoryName);
  if (!input.filePath) throw new AwsError('PathRequiredException', 'The folderPath or filePath is required.');
  const commitId = await resolveCommit(repository, input.commitSpecifier ?? 'HEAD');
  const entry = await git(repository.folder, ['ls-tree', '-z', '-l', commitId, '--', input.filePath]);
  const match = /^(\d{6}) blob ([0-9a-f]{40}) +(\d+)\t/.exec(entry);
  if (!match) throw new AwsError('FileDoesNotExistException', `The file ${input.filePath} does not exist.`);
  const [, mode = '', blobId = '', size = '0'] = match;
  return {
    commitId,
    blobId,
    filePath: input.filePath,
    fileMode: mode === '100755' ? 'EXECUTABLE' : mode === '120000' ? 'SYMLINK' : 'NORMAL',
    fileSize: Number(size),
    fileContent: await gitBytes(repository.folder, ['cat-file', 'blob', blobId]),
  };
}

/** CodeCommit's operations on branches, commits and files. */
export const commitOperations = {
  GetBranch: getBranch,
  ListBranches: listBranches,
  GetCommit: getCommit,
  GetDifferences: getDifferences,
  GetFile: getFile,
} satisfies Record<string, Operation>;
