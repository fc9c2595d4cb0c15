import {
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListOpenIDConnectProvidersCommand,
  ListRoleTagsCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture } from '../../endpoint-fixture.ts';
import { fixtureOf, type ServiceFixture } from '../service-fixture.ts';
import { iamResourceTypes } from './iam-resource-types.ts';
import { iamService } from './iam-service.ts';

const type = (name: string) => {
  const found = iamResourceTypes.find((each) => each.type === `AWS::IAM::${name}`);
  if (!found) throw new Error(`There is no AWS::IAM::${name}.`);
  return found;
};
const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

let endpoint: EndpointFixture;
let client: IAMClient;
let stack: ServiceFixture;
beforeAll(async () => {
  endpoint = await startEndpointFixture([iamService]);
  client = new IAMClient(endpoint.client());
  stack = fixtureOf(endpoint.world);
});
afterAll(() => endpoint.close());

describe('roles', () => {
  it('show what the template gave them', async () => {
    const state = await stack.create(type('Role'), {
      RoleName: 'node',
      Path: '/sar/',
      AssumeRolePolicyDocument: trust,
      MaxSessionDuration: 7200,
      Policies: [{ PolicyName: 'inline', PolicyDocument: document }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'],
      Tags: [{ Key: 'owner', Value: 'me' }],
    });
    expect(state).toMatchObject({ physicalId: 'node', attributes: { Arn: 'arn:aws:iam::123456789012:role/sar/node' } });
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'node' }));
    expect(Role).toMatchObject({ Path: '/sar/', MaxSessionDuration: 7200, RoleId: state.attributes['RoleId'] });
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
    expect(Role?.Tags).toContainEqual({ Key: 'owner', Value: 'me' });
    const inline = await client.send(new GetRolePolicyCommand({ RoleName: 'node', PolicyName: 'inline' }));
    expect(JSON.parse(decodeURIComponent(inline.PolicyDocument ?? ''))).toEqual(document);
  });

  it('come back with their tags, no key twice', async () => {
    const make = (RoleName: string, ...Tags: { Key: string; Value: string }[]) =>
      client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust), Tags }));
    const { Role } = await make('tagged', { Key: 'bucket', Value: 'records' });
    expect(Role?.Tags).toEqual([{ Key: 'bucket', Value: 'records' }]);
    const read = await client.send(new GetRoleCommand({ RoleName: 'tagged' }));
    expect(read.Role?.Tags).toEqual([{ Key: 'bucket', Value: 'records' }]);
    const { Tags } = await client.send(new ListRoleTagsCommand({ RoleName: 'tagged' }));
    expect(Tags).toEqual([{ Key: 'bucket', Value: 'records' }]);
    const twice = make('twice', { Key: 'a', Value: '1' }, { Key: 'A', Value: '2' });
    await expect(twice).rejects.toMatchObject({ name: 'InvalidInputException' });
    await expect(make('system', { Key: 'aws:x', Value: '1' })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('are listed in pages', async () => {
    for (let index = 0; index < 5; index += 1) {
      await stack.create(type('Role'), { RoleName: `many-${index}`, Path: '/many/', AssumeRolePolicyDocument: trust });
    }
    const pages = [];
    for await (const page of paginateListRoles({ client, pageSize: 2 }, { PathPrefix: '/many/' })) pages.push(page);
    expect(pages.map(({ Roles }) => Roles?.length)).toEqual([2, 2, 1]);
    expect(pages[0]?.Roles?.[0]).not.toHaveProperty('Tags');
  });

  it.each([
    [{ RoleName: 'x'.repeat(65) }, 'ValidationError', /less than or equal to 64/],
    [{ RoleName: 'node' }, 'EntityAlreadyExists', /Role with name node already exists\./],
    [{ RoleName: 'a', ManagedPolicyArns: ['arn:aws:iam::aws:policy/None'] }, 'NoSuchEntity', /not attachable/],
    [{ RoleName: 'a', MaxSessionDuration: 43_201 }, 'ValidationError', /43200/],
    [{ RoleName: 'a', AssumeRolePolicyDocument: {} }, 'MalformedPolicyDocument', /Syntax/],
    [
      {
        RoleName: 'a',
        AssumeRolePolicyDocument: {
          Statement: { ...trust.Statement[0], Principal: { AWS: 'arn:aws:iam::123456789012:role/none' } },
        },
      },
      'MalformedPolicyDocument',
      /Invalid principal in policy/,
    ],
    [
      { RoleName: 'a', Policies: [{ PolicyName: 'big', PolicyDocument: big(10_300) }] },
      'LimitExceeded',
      /Maximum policy size of 10240 bytes exceeded for role a/,
    ],
  ])('are refused and not left behind: %#', async (properties, code, message) => {
    const wrong = stack.create(type('Role'), { AssumeRolePolicyDocument: trust, ...properties });
    await expect(wrong).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(client.send(new GetRoleCommand({ RoleName: 'a' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it('cannot go while something else hangs on them', async () => {
    await stack.create(type('Role'), { RoleName: 'busy', AssumeRolePolicyDocument: trust });
    await stack.create(type('InstanceProfile'), { InstanceProfileName: 'profile', Roles: ['busy'] });
    await expect(client.send(new DeleteRoleCommand({ RoleName: 'busy' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await stack.remove(type('InstanceProfile'), 'profile');
    const extra = { RoleName: 'busy', PolicyName: 'extra', PolicyDocument: document };
    await stack.create(type('RolePolicy'), extra);
    await expect(stack.remove(type('Role'), 'busy', { AssumeRolePolicyDocument: trust })).rejects.toMatchObject({
      code: 'DeleteConflict',
    });
    await stack.remove(type('RolePolicy'), 'extra|busy', extra);
    await stack.remove(type('Role'), 'busy', { AssumeRolePolicyDocument: trust });
    await expect(stack.remove(type('Role'), 'busy')).resolves.toBeUndefined();
  });
});

function big(characters: number): object {
  const Action = Array.from(
    { length: Math.ceil(characters / 20) },
    (_, index) => `s3:GetObject${'x'.repeat(4)}${index}`,
  );
  return { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}

describe('policies', () => {
  it('are attached to roles and change in place', async () => {
    await stack.create(type('Role'), { RoleName: 'reader', AssumeRolePolicyDocument: trust });
    const { physicalId: arn } = await stack.create(type('ManagedPolicy'), {
      ManagedPolicyName: 'read',
      PolicyDocument: document,
      Roles: ['reader'],
    });
    expect(arn).toBe('arn:aws:iam::123456789012:policy/read');
    const attached = [];
    for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName: 'reader' })) {
      attached.push(...(page.AttachedPolicies ?? []));
    }
    expect(attached).toEqual([{ PolicyArn: arn, PolicyName: 'read' }]);
    await expect(client.send(new DeletePolicyCommand({ PolicyArn: arn }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    const narrow = { Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*' }] };
    await stack.update(type('ManagedPolicy'), arn, { PolicyDocument: narrow });
    const { PolicyVersion } = await client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v2' }));
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual(narrow);
    const entities = await client.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }));
    expect(entities.PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(['reader']);
  });

  it('are put into roles inline', async () => {
    await stack.create(type('Role'), { RoleName: 'writer', AssumeRolePolicyDocument: trust });
    const properties = { PolicyName: 'write', PolicyDocument: document, Roles: ['writer'] };
    await stack.create(type('Policy'), properties);
    const names = [];
    for await (const page of paginateListRolePolicies({ client }, { RoleName: 'writer' })) {
      names.push(...(page.PolicyNames ?? []));
    }
    expect(names).toEqual(['write']);
    await expect(stack.create(type('Policy'), { ...properties, Roles: ['none'] })).rejects.toMatchObject({
      code: 'NoSuchEntity',
      message: 'The role with name none cannot be found.',
    });
    await expect(stack.create(type('Policy'), { ...properties, Roles: [] })).rejects.toMatchObject({
      message: 'At least one of [Groups,Roles,Users] must be non-empty.',
    });
  });

  it('are limited in size', async () => {
    const wrong = stack.create(type('ManagedPolicy'), { ManagedPolicyName: 'big', PolicyDocument: big(6200) });
    await expect(wrong).rejects.toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PolicySize: 6144',
    });
  });
});

describe('identity providers and instance profiles', () => {
  it('exist once for each URL', async () => {
    const properties = { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] };
    const { physicalId: arn } = await stack.create(type('OIDCProvider'), properties);
    await expect(stack.create(type('OIDCProvider'), properties)).rejects.toMatchObject({
      code: 'EntityAlreadyExists',
      message: 'Provider with url https://token.actions.githubusercontent.com already exists.',
    });
    const listed = await client.send(new ListOpenIDConnectProvidersCommand({}));
    expect(listed.OpenIDConnectProviderList).toEqual([{ Arn: arn }]);
    const found = await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    expect(found).toMatchObject({ Url: 'token.actions.githubusercontent.com', ClientIDList: ['sts.amazonaws.com'] });
    await expect(stack.create(type('OIDCProvider'), { Url: 'http://example.org' })).rejects.toMatchObject({
      code: 'ValidationError',
    });
  });

  it('hold one role at most', async () => {
    await stack.create(type('Role'), { RoleName: 'one', AssumeRolePolicyDocument: trust });
    await stack.create(type('InstanceProfile'), { InstanceProfileName: 'single', Roles: ['one'] });
    const { InstanceProfile } = await client.send(new GetInstanceProfileCommand({ InstanceProfileName: 'single' }));
    expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(['one']);
    await expect(
      stack.create(type('InstanceProfile'), { InstanceProfileName: 'double', Roles: ['one', 'node'] }),
    ).rejects.toMatchObject({ code: 'LimitExceeded' });
  });
});
