import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceFixture, resourceType } from '../service-fixture.ts';
import { codecommitResourceTypes } from './codecommit-resource-types.ts';
import { codecommitService } from './codecommit-service.ts';
import { commitFiles } from './commit-fixture.ts';

const repositoryType = resourceType(codecommitResourceTypes, 'AWS::CodeCommit::Repository');

let fixture: ReturnType<typeof openServiceFixture>;
beforeEach(() => {
  fixture = openServiceFixture();
});
afterEach(() => fixture.close());

const call = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  fixture.call(codecommitService, operation, { repositoryName: 'sar-cluster', ...input });

const commit = (files: Record<string, string>): Promise<string> => commitFiles(fixture, 'sar-cluster', files);

describe('repositories', () => {
  it('are made once, found by exact name, and deleted without asking whether they are empty', async () => {
    await call('CreateRepository');
    await expect(call('CreateRepository')).rejects.toMatchObject({ code: 'RepositoryNameExistsException' });
    await expect(call('GetRepository', { repositoryName: 'sar' })).rejects.toMatchObject({
      code: 'RepositoryDoesNotExistException',
      message: 'sar does not exist',
    });
    await commit({ a: 'a' });
    expect(await call('DeleteRepository')).toHaveProperty('repositoryId');
    expect(await call('DeleteRepository')).toEqual({});
  });

  it.each(['a b', 'x.git', ''])('are not named "%s"', async (repositoryName) => {
    await expect(call('CreateRepository', { repositoryName })).rejects.toMatchObject({
      code: expect.stringMatching(/InvalidRepositoryNameException|RepositoryNameRequiredException/),
    });
  });

  it('have tags and a description', async () => {
    const { repositoryMetadata } = await call('CreateRepository', { tags: { a: '1' } });
    const { Arn: resourceArn } = repositoryMetadata as { Arn: string };
    await call('TagResource', { resourceArn, tags: { b: '2' } });
    await call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await call('ListTagsForResource', { resourceArn })).toEqual({ tags: { b: '2' } });
    await call('UpdateRepositoryDescription', { repositoryDescription: 'archived' });
    expect(await call('BatchGetRepositories', { repositoryNames: ['sar-cluster', 'none'] })).toMatchObject({
      repositories: [{ repositoryDescription: 'archived' }],
      repositoriesNotFound: ['none'],
    });
  });
});

describe('commits', () => {
  beforeEach(() => call('CreateRepository'));

  it('are shown with author, tree and message', async () => {
    const commitId = await commit({ a: 'a' });
    expect(await call('GetCommit', { commitId })).toMatchObject({
      commit: { commitId, parents: [], message: 'message\n', author: { name: 'Ada', date: '1700000000 +0000' } },
    });
    await expect(call('GetCommit', { commitId: '0'.repeat(40) })).rejects.toMatchObject({
      code: 'CommitIdDoesNotExistException',
    });
  });

  it('differ by added, modified and deleted files, in pages', async () => {
    const before = await commit({ kept: '1', changed: '1', gone: '1' });
    const after = await commit({ kept: '1', changed: '2', added: '1' });
    const specifiers = { beforeCommitSpecifier: before, afterCommitSpecifier: 'main' };
    expect(await call('GetDifferences', { ...specifiers, MaxResults: 2 })).toMatchObject({
      differences: [
        { changeType: 'A', afterBlob: { path: 'added' } },
        { changeType: 'M', beforeBlob: { path: 'changed', mode: '100644' } },
      ],
      NextToken: expect.any(String),
    });
    const all = await call('GetDifferences', { afterCommitSpecifier: after });
    expect(all['differences']).toHaveLength(3);
  });

  it('hold files', async () => {
    await commit({ a: 'content' });
    const file = await call('GetFile', { filePath: 'a', commitSpecifier: 'main' });
    expect(Buffer.from(file['fileContent'] as Uint8Array).toString()).toBe('content');
    await expect(call('GetFile', { filePath: 'b', commitSpecifier: 'main' })).rejects.toMatchObject({
      code: 'FileDoesNotExistException',
    });
  });

  it('are found by branch, and a missing branch is an error', async () => {
    const commitId = await commit({ a: 'a' });
    expect(await call('GetBranch', { branchName: 'main' })).toMatchObject({ branch: { commitId } });
    expect(await call('ListBranches')).toEqual({ branches: ['main'] });
    await expect(call('GetBranch', { branchName: 'mai' })).rejects.toMatchObject({
      code: 'BranchDoesNotExistException',
    });
  });
});

describe('AWS::CodeCommit::Repository', () => {
  it('is identified by its id and renamed in place with its content', async () => {
    const state = await fixture.create(repositoryType, { RepositoryName: 'sar-cluster' });
    expect(state.physicalId).toBe(state.attributes['RepositoryId']);
    const commitId = await commit({ a: 'a' });
    await fixture.update(repositoryType, state.physicalId, { RepositoryName: 'renamed' });
    expect(await call('GetBranch', { repositoryName: 'renamed', branchName: 'main' })).toMatchObject({
      branch: { commitId },
    });
    await fixture.remove(repositoryType, state.physicalId);
    expect(await call('ListRepositories')).toEqual({ repositories: [] });
  });

  it('refuses initial content by name, which the sandbox does not have', async () => {
    await expect(fixture.create(repositoryType, { RepositoryName: 'x', Code: {} })).rejects.toThrow(/Code/);
  });
});
