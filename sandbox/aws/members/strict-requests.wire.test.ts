import { CloudFormationClient, CreateStackCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateVolumeCommand, DescribeVolumesCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeClusterCommand, EKSClient, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../catalogue.ts';
import { type EndpointFixture, startEndpointFixture } from '../endpoint-fixture.ts';

/** The parts of a request before it is signed. */
type Request = { body: unknown; query: Record<string, string>; headers: Record<string, string> };
type Stack = {
  add(middleware: (next: (args: object) => Promise<object>) => (args: object) => Promise<object>, place: object): void;
};

let fixture: EndpointFixture;
let s3: S3Client;
let ec2: EC2Client;
beforeAll(async () => {
  fixture = await startEndpointFixture(services);
  s3 = new S3Client({ ...fixture.client(), forcePathStyle: true });
  ec2 = new EC2Client(fixture.client());
  await s3.send(
    new CreateBucketCommand({ Bucket: 'strict', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: 'strict', Key: 'a', Body: '0123456789' }));
});
afterAll(() => fixture.close());

/** Sends a command after a change to the request that its client has made; names the error. */
async function outcome(
  client: { send(command: never): Promise<object> },
  command: object,
  change: (request: Request) => void = () => undefined,
): Promise<string> {
  (command as { middlewareStack: Stack }).middlewareStack.add(
    (next) => (args) => {
      change((args as { request: Request }).request);
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  try {
    await client.send(command as never);
    return 'done';
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}: ${message}`;
  }
}

const setBody = (request: Request, change: (text: string) => string): void => {
  const { body, headers } = request;
  request.body = change(typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString());
  for (const name of Object.keys(headers)) if (/checksum|^content-length$/i.test(name)) delete headers[name];
  headers['content-length'] = String(String(request.body).length);
};
const append = (text: string) => (request: Request) => setBody(request, (body) => `${body}${text}`);
const withMembers = (members: object) => (request: Request) =>
  setBody(request, (body) => JSON.stringify({ ...JSON.parse(body), ...members }));
const withHeader = (name: string, value: string) => (request: Request) => {
  request.headers[name] = value;
};
const withQuery = (name: string, value: string) => (request: Request) => {
  request.query[name] = value;
};

const missing = (member: string, of: string): string =>
  `501 NotImplemented: The sandbox does not implement the member ${member} of ${of}.`;
const unknown = (part: string): string => `501 NotImplemented: This operation has nothing called ${part}.`;

describe('a member that AWS has and the sandbox has not is refused by name, and nothing is done', () => {
  it('in the query protocol', async () => {
    const client = new CloudFormationClient(fixture.client());
    const create = new CreateStackCommand({ StackName: 'a', TemplateBody: '{}', ResourceTypes: ['AWS::S3::Bucket'] });
    expect(await outcome(client, create)).toBe(missing('ResourceTypes', 'cloudformation CreateStack'));
    expect((await client.send(new ListStacksCommand({}))).StackSummaries ?? []).toEqual([]);
  });

  it('in the query protocol of EC2', async () => {
    const create = new CreateVolumeCommand({ AvailabilityZone: 'us-west-2a', Size: 1, MultiAttachEnabled: true });
    expect(await outcome(ec2, create)).toBe(missing('MultiAttachEnabled', 'ec2 CreateVolume'));
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  });

  it('in JSON', async () => {
    const client = new ECRClient(fixture.client());
    const create = new CreateRepositoryCommand({
      repositoryName: 'a',
      encryptionConfiguration: { encryptionType: 'KMS' },
    });
    expect(await outcome(client, create)).toBe(missing('encryptionConfiguration', 'ecr CreateRepository'));
    expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });

  it('in REST with JSON, also below another member', async () => {
    const client = new EKSClient(fixture.client());
    const update = new UpdateClusterConfigCommand({ name: 'a', resourcesVpcConfig: { subnetIds: ['subnet-1'] } });
    expect(await outcome(client, update)).toBe(missing('resourcesVpcConfig.subnetIds', 'eks UpdateClusterConfig'));
  });

  it('in headers and in the query of S3', async () => {
    const get = { Bucket: 'strict', Key: 'a' };
    expect(await outcome(s3, new GetObjectCommand({ ...get, Range: 'bytes=0-1' }))).toBe(
      missing('Range', 's3 GetObject'),
    );
    expect(await outcome(s3, new GetObjectCommand({ ...get, ResponseContentType: 'a/b' }))).toBe(
      missing('ResponseContentType', 's3 GetObject'),
    );
    const put = new PutObjectCommand({ Bucket: 'strict', Key: 'b', Body: 'x', ACL: 'public-read' });
    expect(await outcome(s3, put)).toBe(missing('ACL', 's3 PutObject'));
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'strict' }))).KeyCount).toBe(1);
  });
});

describe('what AWS does not have is refused by name', () => {
  it('in the query protocol', async () => {
    const client = new CloudFormationClient(fixture.client());
    expect(await outcome(client, new ListStacksCommand({}), append('&Colour=red'))).toBe(unknown('Colour'));
    const list = new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] });
    expect(await outcome(client, list, append('&StackStatusFilter.1=CREATE_FAILED'))).toBe(
      unknown('StackStatusFilter.1'),
    );
  });

  it('in the query protocol of EC2, with its own code', async () => {
    expect(await outcome(ec2, new DescribeVpcsCommand({}), append('&Filters.1.Name=vpc-id'))).toBe(
      '400 UnknownParameter: The parameter Filters is not recognized',
    );
    const filtered = new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: ['a'] }] });
    expect(await outcome(ec2, filtered, append('&Filter.1.Regex=a'))).toBe(
      '400 UnknownParameter: The parameter Filter.1.Regex is not recognized',
    );
  });

  it('in JSON', async () => {
    const client = new ECRClient(fixture.client());
    const list = new DescribeRepositoriesCommand({});
    expect(await outcome(client, list, withMembers({ colour: 'red' }))).toBe(unknown('colour'));
    expect(await outcome(client, new DescribeRepositoriesCommand({}), withMembers({ colour: null }))).toBe('done');
  });

  it('in REST with JSON, in body and query', async () => {
    const client = new EKSClient(fixture.client());
    const update = () => new UpdateClusterConfigCommand({ name: 'a', deletionProtection: true });
    expect(await outcome(client, update(), withMembers({ colour: 'red' }))).toBe(unknown('colour'));
    expect(await outcome(client, update(), withMembers({ name: 'b' }))).toBe(unknown('name in the body'));
    const describe = new DescribeClusterCommand({ name: 'a' });
    expect(await outcome(client, describe, withQuery('colour', 'red'))).toBe(unknown('the query parameter colour'));
  });

  it('in headers, query and XML of S3', async () => {
    const list = () => new ListObjectsV2Command({ Bucket: 'strict' });
    expect(await outcome(s3, list(), withQuery('colour', 'red'))).toBe(unknown('the query parameter colour'));
    expect(await outcome(s3, list(), withHeader('x-amz-colour', 'red'))).toBe(unknown('the header x-amz-colour'));
    const put = new PutBucketTaggingCommand({ Bucket: 'strict', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    const recoloured = await outcome(s3, put, (request) =>
      setBody(request, (body) => body.replace('<Key>', '<Colour>red</Colour><Key>')),
    );
    expect(recoloured).toMatch(/^400 MalformedXML/);
    const head = outcome(s3, new HeadBucketCommand({ Bucket: 'strict' }), withHeader('if-match', '"a"'));
    expect(await head).toMatch(/^501/);
  });
});

describe('what clients send of themselves', () => {
  it('makes two equal requests with one token one', async () => {
    const create = { AvailabilityZone: 'us-west-2a', Size: 1, ClientToken: 'once' };
    const first = await ec2.send(new CreateVolumeCommand(create));
    expect((await ec2.send(new CreateVolumeCommand(create))).VolumeId).toBe(first.VolumeId);
    expect((await ec2.send(new CreateVolumeCommand({ ...create, ClientToken: 'twice' }))).VolumeId).not.toBe(
      first.VolumeId,
    );
    expect(await outcome(ec2, new CreateVolumeCommand({ ...create, Size: 2 }))).toMatch(
      /^400 IdempotentParameterMismatch/,
    );
  });

  it('is a checksum of every body, which S3 compares', async () => {
    const put = new PutBucketTaggingCommand({ Bucket: 'strict', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    const wrong = (request: Request): void => {
      for (const name of Object.keys(request.headers)) {
        if (name.toLowerCase() === 'x-amz-checksum-crc32') request.headers[name] = 'AAAAAA==';
      }
    };
    expect(await outcome(s3, put, wrong)).toMatch(/^400 BadDigest/);
  });
});
