import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture } from '../endpoint-fixture.ts';
import type { ServiceModule } from '../service.ts';
import { readSchemas } from './operation-schema.ts';
import { checkShape } from './output-check.ts';

let output: object;
const service: ServiceModule = {
  signingName: 'logs',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-cloudwatch-logs'),
  operations: { DescribeLogGroups: () => output },
};
let endpoint: EndpointFixture;
beforeEach(async () => {
  endpoint ??= await startEndpointFixture([service]);
  endpoint.bugs.length = 0;
});
afterAll(() => endpoint.close());

describe('an output that the client does not model', () => {
  it.each([
    [{ groups: [] }, 'logs DescribeLogGroups output: DescribeLogGroupsResponse has no member groups.'],
    [
      { logGroups: [{ logGroupName: 'a' }, { logGroupName: 1 }] },
      'logs DescribeLogGroups output.logGroups[1].logGroupName must be a string, not number.',
    ],
    [{ logGroups: {} }, 'logs DescribeLogGroups output.logGroups must be a list, not object.'],
    [{ nextToken: null }, 'logs DescribeLogGroups output.nextToken must be a string, not null.'],
  ])('is an HTTP 500 that says where: %j', async (wrong, text) => {
    output = wrong;
    const client = new CloudWatchLogsClient(endpoint.client());
    await expect(client.send(new DescribeLogGroupsCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      message: `The sandbox failed: ${text}`,
      $metadata: { httpStatusCode: 500 },
    });
    expect(endpoint.bugs.map(({ message }) => message)).toEqual([text]);
  });
});

describe('checkShape', () => {
  it('asks for required members and valid dates', async () => {
    const { operations } = readSchemas(await import('@aws-sdk/client-s3'));
    const uploads = operations.get('UploadPart');
    const heads = operations.get('HeadObject');
    if (!uploads || !heads) throw new Error('The S3 client has changed.');
    expect(() => checkShape(uploads.input, { Bucket: 'b', Key: 'k', PartNumber: 1 }, 'part')).toThrow(
      'part: UploadPartRequest requires the member UploadId.',
    );
    expect(() => checkShape(heads.output, { LastModified: new Date(Number.NaN) }, 'head')).toThrow(
      'head.LastModified must be a valid Date',
    );
    expect(() => checkShape(heads.output, { LastModified: new Date(), ETag: undefined }, 'head')).not.toThrow();
  });
});
