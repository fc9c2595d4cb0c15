import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { DescribeAddonVersionsCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import type { ParameterValue, Stack } from '../../actions/lib/stacks/stack.ts';
import { repositorySources } from '../../scripts/check/static-proof/rendered-templates.ts';
import { deploymentOf, exampleText } from '../fixtures/example-deployment.ts';
import { openRecordsAccount, type RecordsAccount } from '../records-account.ts';

const region = 'us-west-2';
const accountId = '123456789012';
const roleArn = `arn:aws:iam::${accountId}:role/opensarlab-cloudformation`;
const deployment = deploymentOf(exampleText);
const stacks = stacksOf(deployment, repositorySources());

let account: RecordsAccount;
let administrator: CloudFormationClient;
beforeAll(async () => {
  account = await openRecordsAccount();
  const id = deployment.parameters.certificate_arn?.split('/').at(-1) ?? '';
  account.sandbox.setup.importCertificate(region, { domainName: 'example.opensarlab.example.org', id });
  account.sandbox.setup.verifySesIdentity(region, 'example.org');
  const settings = { region, credentials: account.sandbox.administrator, maxAttempts: 1 };
  administrator = new CloudFormationClient(settings);
});
afterAll(() => account.close());

const outputs: Record<string, string> = {};

async function literal(value: ParameterValue): Promise<string> {
  if (typeof value === 'string') return value;
  if ('creation' in value) return value.creation;
  if ('output' in value) return outputs[`${value.stack}.${value.output}`] ?? '';
  const { first } = value;
  if (typeof first === 'string') return first;
  const settings = { region, credentials: account.sandbox.administrator };
  if ('machineImage' in first) {
    const asked = new GetParametersCommand({ Names: [first.machineImage] });
    return (await new SSMClient(settings).send(asked)).Parameters?.[0]?.Value ?? '';
  }
  const { addon: addonName, kubernetes: kubernetesVersion } = first;
  const asked = new DescribeAddonVersionsCommand({ addonName, kubernetesVersion });
  return (await new EKSClient(settings).send(asked)).addons?.[0]?.addonVersions?.[0]?.addonVersion ?? '';
}

async function stateOf(StackName: string) {
  await account.sandbox.world.settle();
  const { Stacks } = await administrator.send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0];
}

/** Why resources of a stack failed. */
async function reasonsOf(StackName: string): Promise<string[]> {
  const events: StackEvent[] = [];
  const pages = paginateDescribeStackEvents({ client: administrator }, { StackName });
  for await (const { StackEvents = [] } of pages) events.push(...StackEvents);
  return events
    .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
    .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`)
    .filter((reason) => !reason.endsWith('cancelled'));
}

async function make(stack: Stack): Promise<string | undefined> {
  const parameters = await Promise.all(
    Object.entries(stack.parameters).map(async ([ParameterKey, value]) => {
      return { ParameterKey, ParameterValue: await literal(value) };
    }),
  );
  const { StackId } = await administrator.send(
    new CreateStackCommand({
      ...{ StackName: stack.name, TemplateBody: stack.templateBody, Parameters: parameters, RoleARN: roleArn },
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const found = await stateOf(StackId ?? '');
  for (const { OutputKey, OutputValue } of found?.Outputs ?? [])
    outputs[`${stack.kind}.${OutputKey}`] = OutputValue ?? '';
  return found?.StackStatus;
}

describe('the role that CloudFormation works under', () => {
  it('makes and removes the five stacks of a deployment', async () => {
    for (const stack of stacks)
      expect(await make(stack), (await reasonsOf(stack.name)).join('\n')).toBe('CREATE_COMPLETE');
    for (const { name } of [...stacks].reverse()) {
      const id = (await stateOf(name))?.StackId ?? '';
      await administrator.send(new DeleteStackCommand({ StackName: id, RoleARN: roleArn }));
      expect((await stateOf(id))?.StackStatus, (await reasonsOf(id)).join('\n')).toBe('DELETE_COMPLETE');
    }
  });

  const network = { CidrBlock: '10.9.0.0/24', VpcId: { 'Fn::ImportValue': 'payroll-vpc' } };
  const table = { 'Fn::ImportValue': 'payroll-table' };

  it.each([
    ['a subnet', 'AWS::EC2::Subnet', network, 'ec2:CreateSubnet'],
    ['a route table', 'AWS::EC2::RouteTable', { VpcId: network.VpcId }, 'ec2:CreateRouteTable'],
    [
      'a security group',
      'AWS::EC2::SecurityGroup',
      { VpcId: network.VpcId, GroupDescription: 'x' },
      'ec2:CreateSecurityGroup',
    ],
    [
      'a route',
      'AWS::EC2::Route',
      { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' },
      'ec2:CreateRoute',
    ],
    [
      'a group',
      'AWS::Cognito::UserPoolGroup',
      { UserPoolId: { 'Fn::ImportValue': 'payroll-pool' }, GroupName: 'x' },
      'cognito-idp:CreateGroup',
    ],
    [
      'a bucket of the default name of pipelines',
      'AWS::S3::Bucket',
      { BucketName: 'codepipeline-us-west-2-4711' },
      's3:CreateBucket',
    ],
    ['a repository elsewhere', 'AWS::ECR::Repository', { RepositoryName: 'payroll/app' }, 'ecr:CreateRepository'],
  ])('does not put %s into what is somebody else’s', async (_, Type, Properties, action) => {
    await foreignStack();
    const StackName = `sar-cluster-${action.split(':')[1]}`;
    const { StackId = '' } = await administrator.send(
      new CreateStackCommand({
        ...{
          StackName,
          RoleARN: roleArn,
          TemplateBody: JSON.stringify({ Resources: { Attack: { Type, Properties } } }),
        },
        Tags: [{ Key: 'opensarlab:deployment', Value: 'sar' }],
      }),
    );
    expect((await stateOf(StackId))?.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await reasonsOf(StackId)).join()).toContain(`is not authorized to perform: ${action}`);
  });
});

/** A network and a pool that an administrator has made for something else. */
async function foreignStack(): Promise<void> {
  const exported = (Name: string, Ref: string) => ({ Value: { Ref }, Export: { Name } });
  const template = {
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } },
      Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
      Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'payroll' } },
    },
    Outputs: {
      Vpc: exported('payroll-vpc', 'Vpc'),
      Table: exported('payroll-table', 'Table'),
      Pool: exported('payroll-pool', 'Pool'),
    },
  };
  const request = new CreateStackCommand({ StackName: 'payroll', TemplateBody: JSON.stringify(template) });
  await administrator.send(request).catch((error: Error) => {
    if (error.name !== 'AlreadyExistsException') throw error;
  });
  await account.sandbox.world.settle();
}
