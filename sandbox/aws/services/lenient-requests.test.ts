import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../catalogue.ts';
import { AwsError } from '../service.ts';
import { makeSecret } from './secrets-manager/secrets-state.ts';
import { openServiceFixture, type ServiceFixture } from './service-fixture.ts';

let account: ServiceFixture & { close(): void };
beforeAll(() => {
  account = openServiceFixture();
});
afterAll(() => account.close());

async function outcome(service: string, operation: string, input: object): Promise<string> {
  const module = services.find(({ signingName }) => signingName === service);
  if (!module) throw new Error(`There is no service ${service}.`);
  try {
    await account.call(module, operation, input);
    return 'done';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

type Tags = { Key: string; Value: string }[];
const asMap = (tags: Tags): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
const volume = { AvailabilityZone: 'us-west-2a', Size: 1, VolumeType: 'gp3' };

/** Each way to set tags when something is made, and the error codes. */
const taggers: [
  service: string,
  operation: string,
  input: (tags: Tags) => object,
  invalid: string,
  reserved?: string,
][] = [
  [
    'codecommit',
    'CreateRepository',
    (tags) => ({ repositoryName: 'a', tags: asMap(tags) }),
    'InvalidTagsMapException',
    'InvalidSystemTagUsageException',
  ],
  [
    'ec2',
    'CreateVolume',
    (Tags) => ({ ...volume, TagSpecifications: [{ ResourceType: 'volume', Tags }] }),
    'InvalidParameterValue',
  ],
  ['ecr', 'CreateRepository', (tags) => ({ repositoryName: 'a', tags }), 'InvalidTagParameterException'],
  [
    'iam',
    'CreatePolicy',
    (Tags) => ({ PolicyName: 'a', PolicyDocument: '{"Version":"2012-10-17","Statement":[]}', Tags }),
    'InvalidInput',
    'ValidationError',
  ],
  ['logs', 'CreateLogGroup', (tags) => ({ logGroupName: 'a', tags: asMap(tags) }), 'InvalidParameterException'],
  ['secretsmanager', 'CreateSecret', (Tags) => ({ Name: 'a', Tags }), 'InvalidParameterException'],
  [
    'cloudformation',
    'CreateStack',
    (Tags) => ({ StackName: 'a', TemplateBody: '{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}', Tags }),
    'ValidationError',
  ],
];

describe.each(taggers)('tags of %s %s', (service, operation, input, invalid, reserved) => {
  it('are not AWS’s own', async () => {
    const tags = [{ Key: 'aws:cloudformation:stack-name', Value: 'x' }];
    expect(await outcome(service, operation, input(tags))).toBe(reserved ?? invalid);
  });

  it('have each key once, where they are a list', async () => {
    const tags = [1, 2].map((each) => ({ Key: 'a', Value: String(each) }));
    const isMap = JSON.stringify(input(tags)).includes('"tags":{');
    if (!isMap) expect(await outcome(service, operation, input(tags))).toBe(invalid);
  });
});

it('a tag specification is for what is made', async () => {
  const input = { ...volume, TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] };
  expect(await outcome('ec2', 'CreateVolume', input)).toBe('InvalidParameterValue');
});

describe('pages', () => {
  const lists: [service: string, operation: string, token: string, size: string, code: string, sizeCode: string][] = [
    ['eks', 'ListClusters', 'nextToken', 'maxResults', 'InvalidParameterException', 'InvalidParameterException'],
    ['iam', 'ListRoles', 'Marker', 'MaxItems', 'ValidationError', 'ValidationError'],
    ['secretsmanager', 'ListSecrets', 'NextToken', 'MaxResults', 'InvalidNextTokenException', 'ValidationException'],
    ['codepipeline', 'ListPipelines', 'nextToken', 'maxResults', 'InvalidNextTokenException', 'ValidationException'],
    [
      'ecr',
      'DescribeRepositories',
      'nextToken',
      'maxResults',
      'InvalidParameterException',
      'InvalidParameterException',
    ],
    ['logs', 'DescribeLogGroups', 'nextToken', 'limit', 'InvalidParameterException', 'InvalidParameterException'],
    ['ec2', 'DescribeVpcs', 'NextToken', 'MaxResults', 'InvalidNextToken', 'InvalidParameterValue'],
  ];
  const forged = ['', 'garbage', '1', 'cG9zaXRpb246MA', Buffer.from('position:1').toString('base64url')];

  it.each(lists)(
    'of %s %s continue only after a token that was given',
    async (service, operation, token, size, code, sizeCode) => {
      for (const each of forged) expect(await outcome(service, operation, { [token]: each }), each).toBe(code);
      expect(await outcome(service, operation, { [size]: 0 })).toBe(sizeCode);
    },
  );

  it('of CloudFormation too', async () => {
    for (const NextToken of forged) {
      expect(await outcome('cloudformation', 'ListStacks', { NextToken }), NextToken).toBe('ValidationError');
    }
  });

  it('go on where they stopped', async () => {
    const { world, region } = account;
    for (const name of ['b', 'c', 'd']) makeSecret(world, region, { name });
    const module = services.find(({ signingName }) => signingName === 'secretsmanager');
    const names: unknown[] = [];
    let NextToken: unknown;
    do {
      const page: Record<string, unknown> = module
        ? await account.call(module, 'ListSecrets', { MaxResults: 2, ...(NextToken ? { NextToken } : {}) })
        : {};
      names.push(...(page['SecretList'] as { Name: string }[]).map(({ Name }) => Name));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(names).toEqual(['b', 'c', 'd']);
  });
});
