import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import {
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type IpPermission,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, paginateGetAccountAuthorizationDetails, type RoleDetail } from '@aws-sdk/client-iam';
import { outcomeOf } from '../../engine/outcome.ts';
import { Failure, toFailure } from '../../failure.ts';
import type { Existence, LiveProperties, Reading, ResourceIdentity } from '../../ports/aws-ports.ts';
import { isOf, type ResourceType } from '../../resources/resource-types.ts';
import { toAwsFailure } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** A resource that is certainly there, by CloudFormation's id, with what the answer tells of its properties. */
type Found = { type: ResourceType; id: string | undefined; live?: LiveProperties };

/**
 * Asks a service about many at once. Whatever is missing in the answer is asked about by itself, so that an answer that is
 * late, short or refused costs requests, never the truth.
 */
type ExistenceList = {
  /** Whose ids are asked about. */
  asks: ResourceType;
  /** Parts of these, of which only this answer tells: one that is not in it is gone. */
  parts?: readonly ResourceType[];
  /** Whether it is worth a request for one alone, which could be asked about by itself: others are in the answer, too. */
  forOne?: boolean;
  ask: (physicalIds: string[]) => Promise<readonly Found[]>;
};

type Answer = Reading | Failure;

/** Requests at the same time; the SDK keeps 50 sockets per service. */
const concurrency = 16;

/** Answers for many resources: those of one kind together where their service allows, all kinds at the same time. */
export async function readTogether(
  resources: readonly ResourceIdentity[],
  lists: readonly ExistenceList[],
  check: Existence['check'],
): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  await inParallel(lists, async ({ asks, parts = [], forOne = false, ask }) => {
    const ids = resources.filter(({ type }) => type === asks).map(({ physicalId }) => physicalId);
    const partsAsked = resources.filter(({ type }) => parts.some((part) => part === type));
    const isRead = forOne || isOf(asks, 'look', 'compared');
    if (partsAsked.length === 0 && ids.length < (isRead ? 1 : 2)) return;
    const found = await askList(ids, ask);
    if (found instanceof Failure) {
      for (const id of ids) answers.set(`${asks} ${id}`, found);
      for (const part of partsAsked) answers.set(keyOf(part), found);
      return;
    }
    for (const part of partsAsked) answers.set(keyOf(part), { presence: 'gone' });
    for (const { type, id, live } of found) {
      answers.set(`${type} ${id}`, { presence: 'exists', ...(live === undefined ? {} : { live }) });
    }
  });
  const open = resources.filter((resource) => !answers.has(keyOf(resource)));
  await inParallel(open, async (resource) => answers.set(keyOf(resource), await askOne(resource, check)));
  return resources.map((resource) => answers.get(keyOf(resource)) ?? { presence: 'unverifiable' });
}

/**
 * @returns a failure where asking about each would meet it again. Whoever is told that one of them does not exist, or may
 *   not ask about all, asks about each
 */
async function askList(ids: string[], ask: ExistenceList['ask']): Promise<readonly Found[] | Failure> {
  try {
    return await ask(ids);
  } catch (error) {
    const failure = toAwsFailure(error, `look for ${ids.join(', ')}`);
    if (outcomeOf(failure) === 'unknown') return failure;
    if (!isMissing(failure)) return failure.code === 'AccessDenied' ? failure : [];
    if (ids.length < 2) return [];
    const found: Found[] = [];
    for (const answer of await Promise.all(ids.map((id) => askList([id], ask)))) {
      if (answer instanceof Failure) return answer;
      found.push(...answer);
    }
    return found;
  }
}

/** Error codes of services for what does not exist. */
function isMissing({ code }: Failure): boolean {
  return /NotFound|NoSuch/.test(code);
}

async function askOne(resource: ResourceIdentity, check: Existence['check']): Promise<Answer> {
  try {
    return { presence: await check(resource) };
  } catch (error) {
    return toFailure(error);
  }
}

function keyOf({ type, physicalId }: ResourceIdentity): string {
  return `${type} ${physicalId}`;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/**
 * Describes by ids, so many in one request.
 * @param size the least that any of these APIs takes (DescribeListeners takes 20)
 */
function describing<Reply>(
  describe: (ids: string[]) => Promise<Reply>,
  read: (reply: Reply) => readonly Found[] | undefined,
  size = 20,
): ExistenceList['ask'] {
  return async (ids) => {
    const count = Math.ceil(ids.length / size);
    const parts = Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size));
    return (await Promise.all(parts.map(async (part) => read(await describe(part)) ?? []))).flat();
  };
}

/**
 * The questions that can be put for many at once. What only single requests tell, such as that a node group is on its way
 * out, is not here.
 */
export function existenceLists(settings: ClientSettings, counter: CallCounter): ExistenceList[] {
  return [
    ...networkLists(settings, counter),
    listenerList(settings, counter),
    ...deliveryLists(settings, counter),
    logList(settings, counter),
    roleList(settings, counter),
  ];
}

function networkLists(settings: ClientSettings, counter: CallCounter): ExistenceList[] {
  const client = counted(new EC2Client(settings), counter);
  return [
    {
      asks: 'AWS::EC2::Subnet',
      ask: describing(
        (SubnetIds) => client.send(new DescribeSubnetsCommand({ SubnetIds })),
        ({ Subnets }) =>
          Subnets?.map(
            ({ SubnetId, MapPublicIpOnLaunch }): Found => ({
              type: 'AWS::EC2::Subnet',
              id: SubnetId,
              live: { MapPublicIpOnLaunch },
            }),
          ),
      ),
    },
    {
      asks: 'AWS::EC2::RouteTable',
      parts: ['AWS::EC2::Route', 'AWS::EC2::SubnetRouteTableAssociation'],
      ask: describing(
        (RouteTableIds) => client.send(new DescribeRouteTablesCommand({ RouteTableIds })),
        ({ RouteTables }) => RouteTables?.flatMap(partsOfTable),
      ),
    },
    {
      asks: 'AWS::EC2::NatGateway',
      ask: describing(
        (NatGatewayIds) => client.send(new DescribeNatGatewaysCommand({ NatGatewayIds })),
        ({ NatGateways }) =>
          NatGateways?.filter(({ State }) => State === 'available').flatMap(
            ({ NatGatewayId, NatGatewayAddresses }): Found[] => [
              { type: 'AWS::EC2::NatGateway', id: NatGatewayId },
              ...(NatGatewayAddresses ?? []).map(({ PublicIp }): Found => ({ type: 'AWS::EC2::EIP', id: PublicIp })),
            ],
          ),
      ),
      forOne: true,
    },
    {
      asks: 'AWS::EC2::SecurityGroup',
      ask: describing(
        (GroupIds) => client.send(new DescribeSecurityGroupsCommand({ GroupIds })),
        ({ SecurityGroups }) =>
          SecurityGroups?.map(({ GroupId, IpPermissions, IpPermissionsEgress }): Found => {
            const SecurityGroupIngress = (IpPermissions ?? []).flatMap((rule) => rulesOf(rule, 'Source'));
            const SecurityGroupEgress = (IpPermissionsEgress ?? []).flatMap((rule) => rulesOf(rule, 'Destination'));
            return {
              type: 'AWS::EC2::SecurityGroup',
              id: GroupId,
              live: { SecurityGroupIngress, SecurityGroupEgress },
            };
          }),
      ),
    },
    {
      asks: 'AWS::EC2::LaunchTemplate',
      ask: describing(
        (LaunchTemplateIds) => client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds })),
        ({ LaunchTemplates }) =>
          LaunchTemplates?.map(
            ({ LaunchTemplateId }): Found => ({ type: 'AWS::EC2::LaunchTemplate', id: LaunchTemplateId }),
          ),
      ),
    },
  ];
}

/** A table, and what is part of it. CloudFormation's id of a route is `TABLE|DESTINATION` (AWS::EC2::Route, Return values). */
function partsOfTable({ RouteTableId, Routes = [], Associations = [] }: RouteTable): Found[] {
  return [
    { type: 'AWS::EC2::RouteTable', id: RouteTableId },
    ...Associations.map(
      ({ RouteTableAssociationId }): Found => ({
        type: 'AWS::EC2::SubnetRouteTableAssociation',
        id: RouteTableAssociationId,
        live: { RouteTableId },
      }),
    ),
    ...Routes.flatMap((route) => partsOfRoute(RouteTableId, route)),
  ];
}

/** A route whose gateway is not attached any more is a `blackhole` (API_Route). */
function partsOfRoute(tableId: string | undefined, route: Route): Found[] {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, GatewayId, NatGatewayId, State } = route;
  return [
    {
      type: 'AWS::EC2::Route',
      id: `${tableId}|${DestinationCidrBlock ?? DestinationIpv6CidrBlock}`,
      live: { GatewayId, NatGatewayId },
    },
    ...(State === 'active' ? [{ type: 'AWS::EC2::InternetGateway', id: GatewayId } as const] : []),
  ];
}

/** A permission of the API stands for one rule for each of its peers. */
function rulesOf({ IpProtocol, FromPort, ToPort, ...peers }: IpPermission, side: 'Source' | 'Destination'): object[] {
  const traffic = { IpProtocol, FromPort, ToPort };
  return [
    ...(peers.IpRanges ?? []).map(({ CidrIp, Description }) => ({ ...traffic, CidrIp, Description })),
    ...(peers.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({ ...traffic, CidrIpv6, Description })),
    ...(peers.PrefixListIds ?? []).map(({ PrefixListId, Description }) => ({
      ...traffic,
      [`${side}PrefixListId`]: PrefixListId,
      Description,
    })),
    ...(peers.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({
      ...traffic,
      [`${side}SecurityGroupId`]: GroupId,
      Description,
    })),
  ];
}

function listenerList(settings: ClientSettings, counter: CallCounter): ExistenceList {
  const client = counted(new ElasticLoadBalancingV2Client(settings), counter);
  return {
    asks: 'AWS::ElasticLoadBalancingV2::Listener',
    ask: describing(
      (ListenerArns) => client.send(new DescribeListenersCommand({ ListenerArns })),
      ({ Listeners }) =>
        Listeners?.map(
          (listener): Found => ({
            type: 'AWS::ElasticLoadBalancingV2::Listener',
            id: listener.ListenerArn,
            live: propertiesOf(listener, ['Certificates', 'DefaultActions', 'Port', 'Protocol', 'SslPolicy']),
          }),
        ),
    ),
  };
}

/** Properties that an owner calls as CloudFormation does. */
function propertiesOf<Name extends keyof Listener & string>(
  listener: Listener,
  names: readonly Name[],
): LiveProperties {
  return Object.fromEntries(names.map((name) => [name, listener[name]]));
}

function logList(settings: ClientSettings, counter: CallCounter): ExistenceList {
  const client = counted(new CloudWatchLogsClient(settings), counter);
  return {
    asks: 'AWS::Logs::LogGroup',
    ask: describing(
      (logGroupIdentifiers) => client.send(new DescribeLogGroupsCommand({ logGroupIdentifiers })),
      ({ logGroups }) =>
        logGroups?.map(
          ({ logGroupName, retentionInDays }): Found => ({
            type: 'AWS::Logs::LogGroup',
            id: logGroupName,
            live: { RetentionInDays: retentionInDays },
          }),
        ),
    ),
  };
}

function deliveryLists(settings: ClientSettings, counter: CallCounter): ExistenceList[] {
  const builds = counted(new CodeBuildClient(settings), counter);
  const images = counted(new ECRClient(settings), counter);
  return [
    {
      asks: 'AWS::CodeBuild::Project',
      ask: describing(
        (names) => builds.send(new BatchGetProjectsCommand({ names })),
        ({ projects }) =>
          projects?.map(
            (project): Found => ({
              type: 'AWS::CodeBuild::Project',
              id: project.name,
              live: {
                Artifacts: project.artifacts,
                ConcurrentBuildLimit: project.concurrentBuildLimit,
                Description: project.description,
                EncryptionKey: project.encryptionKey,
                Environment: project.environment,
                LogsConfig: project.logsConfig,
                ServiceRole: project.serviceRole,
                Source: project.source,
                TimeoutInMinutes: project.timeoutInMinutes,
              },
            }),
          ),
      ),
    },
    {
      asks: 'AWS::ECR::Repository',
      ask: describing(
        (repositoryNames) => images.send(new DescribeRepositoriesCommand({ repositoryNames })),
        ({ repositories }) =>
          repositories?.map(
            ({ repositoryName, imageScanningConfiguration, imageTagMutability }): Found => ({
              type: 'AWS::ECR::Repository',
              id: repositoryName,
              live: { ImageScanningConfiguration: imageScanningConfiguration, ImageTagMutability: imageTagMutability },
            }),
          ),
      ),
    },
  ];
}

/**
 * All roles of the account with their policies and instance profiles: IAM answers this about all or one, page by page
 * (API_GetAccountAuthorizationDetails).
 */
function roleList(settings: ClientSettings, counter: CallCounter): ExistenceList {
  const client = counted(new IAMClient(settings), counter);
  return {
    asks: 'AWS::IAM::Role',
    parts: ['AWS::IAM::RolePolicy'],
    ask: async (names) => {
      const wanted = new Set<string | undefined>(names);
      const found: Found[] = [];
      const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: 1000 }, { Filter: ['Role'] });
      for await (const { RoleDetailList: roles = [] } of pages) {
        // The policies of others are nobody's business here, nor may one that is odd hide ours.
        found.push(...roles.filter(({ RoleName }) => wanted.has(RoleName)).flatMap(partsOfRole));
      }
      return found;
    },
  };
}

/** CloudFormation's id of an inline policy is `POLICY|ROLE` (AWS::IAM::RolePolicy, primary identifier). Documents are URL-encoded. */
function partsOfRole(role: RoleDetail): Found[] {
  const policies = (role.RolePolicyList ?? []).map(({ PolicyName, PolicyDocument }) => ({
    PolicyName,
    PolicyDocument: decoded(PolicyDocument),
  }));
  return [
    {
      type: 'AWS::IAM::Role',
      id: role.RoleName,
      live: {
        AssumeRolePolicyDocument: decoded(role.AssumeRolePolicyDocument),
        ManagedPolicyArns: (role.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn),
        PermissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
        Policies: policies,
      },
    },
    ...policies.map(
      ({ PolicyName, PolicyDocument }): Found => ({
        type: 'AWS::IAM::RolePolicy',
        id: `${PolicyName}|${role.RoleName}`,
        live: { PolicyDocument },
      }),
    ),
    ...(role.InstanceProfileList ?? []).map(
      ({ InstanceProfileName }): Found => ({
        type: 'AWS::IAM::InstanceProfile',
        id: InstanceProfileName,
        live: { Roles: [role.RoleName] },
      }),
    ),
  ];
}

function decoded(document: string | undefined): string | undefined {
  return document === undefined ? undefined : decodeURIComponent(document);
}
