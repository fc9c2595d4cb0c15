import { CodeCommitClient, GetBlobCommand, GetRepositoryCommand, PutFileCommand } from '@aws-sdk/client-codecommit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, recorder, startEndpointFixture, testRegion } from '../endpoint-fixture.ts';
import { AwsError, type ServiceModule } from '../service.ts';

const content = new Uint8Array([0, 1, 254, 255]);
const metadata = {
  repositoryName: 'sar-container',
  creationDate: new Date('2026-11-23T10:11:12.345Z'),
  defaultBranch: 'main',
};
const putFile = recorder({ commitId: 'a', blobId: 'b', treeId: 'c' });
const service: ServiceModule = {
  signingName: 'codecommit',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-codecommit'),
  operations: {
    GetBlob: () => ({ content }),
    PutFile: putFile.operation,
    GetRepository({ repositoryName }: { repositoryName?: string }) {
      if (repositoryName !== 'sar-container') {
        throw new AwsError('RepositoryDoesNotExistException', `${repositoryName} does not exist`);
      }
      return { repositoryMetadata: metadata };
    },
  },
};

let endpoint: EndpointFixture;
let client: CodeCommitClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture([service]);
  client = new CodeCommitClient(endpoint.client());
});
afterAll(() => endpoint.close());

/** A request as a client of another language may send it, without a signature. */
const post = (body: string, target?: string): Promise<Response> =>
  fetch(endpoint.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', ...(target ? { 'x-amz-target': target } : {}) },
    body,
  });

describe('the JSON 1.1 protocol', () => {
  it('carries bytes as base64 both ways', async () => {
    const input = { repositoryName: 'r', branchName: 'main', filePath: 'a', fileContent: content };
    await client.send(new PutFileCommand(input));
    expect(putFile.inputs.at(-1)).toEqual(input);
    expect((await client.send(new GetBlobCommand({ repositoryName: 'r', blobId: 'b' }))).content).toEqual(content);
  });

  it('carries timestamps as seconds with a fraction', async () => {
    const output = await client.send(new GetRepositoryCommand({ repositoryName: 'sar-container' }));
    expect(output.repositoryMetadata).toEqual(metadata);
  });

  it('names the exception in the body and in a header', async () => {
    await expect(client.send(new GetRepositoryCommand({ repositoryName: 'x' }))).rejects.toMatchObject({
      name: 'RepositoryDoesNotExistException',
      message: 'x does not exist',
    });
  });

  it('refuses an unsigned request in its own words', async () => {
    const response = await post('{}', 'CodeCommit_20150413.GetRepository');
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    expect(await response.json()).toEqual({
      __type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
  });

  it('serves every region under one address', async () => {
    expect(await client.config.region()).toBe(testRegion);
    const elsewhere = new CodeCommitClient(endpoint.client({ region: 'eu-central-1' }));
    const output = await elsewhere.send(new GetRepositoryCommand({ repositoryName: 'sar-container' }));
    expect(output.repositoryMetadata?.repositoryName).toBe('sar-container');
  });
});
