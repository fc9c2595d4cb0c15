import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient, paginateListPipelines } from '@aws-sdk/client-codepipeline';
import { CognitoIdentityProviderClient, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  DescribeLaunchTemplatesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  EKSClient,
  paginateListAccessEntries,
  paginateListAddons,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import {
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import { outcomeOf } from '../../engine/outcome.ts';
import { Failure, toFailure } from '../../failure.ts';
import type { Existence, Presence, ResourceIdentity } from '../../ports/aws-ports.ts';
import { type ExistenceQuestion, rowOf } from '../../resources/resource-types.ts';
import { toAwsFailure } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/**
 * Asks a service about many at once. @returns the physical ids that are certainly there; whatever is missing is asked
 * about by itself, so that an answer that is late, short or refused costs requests, never the truth.
 */
type AskMany = (physicalIds: readonly string[]) => Promise<Iterable<string | undefined>>;

type ExistenceList = {
  ask: AskMany;
  /** Questions that the answer settles too: what cannot be gone while the listed is there, its physical ids among the others. */
  settles: readonly ExistenceQuestion[];
};

type ExistenceLists = Partial<Readonly<Record<ExistenceQuestion, ExistenceList>>>;

type Answer = Presence | Failure;

/** Requests at the same time; the SDK keeps 50 sockets per service. */
const concurrency = 16;

/** Answers for many resources: those of one kind together where their service allows, all kinds at the same time. */
export async function checkTogether(
  resources: readonly ResourceIdentity[],
  lists: ExistenceLists,
  check: Existence['check'],
): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  await inParallel(Object.entries(lists), async ([question, { ask, settles }]) => {
    const ids = resources.filter(({ type }) => questionOf(type) === question).map(({ physicalId }) => physicalId);
    // One alone is asked about by itself, which also tells when it is on its way out.
    if (ids.length < (settles.length === 0 ? 2 : 1)) return;
    const answer = await askList(ids, ask);
    if (answer instanceof Failure) for (const id of ids) answers.set(`${question} ${id}`, answer);
    else
      for (const id of answer) for (const settled of [question, ...settles]) answers.set(`${settled} ${id}`, 'exists');
  });
  const open = resources.filter((resource) => !answers.has(keyOf(resource)));
  await inParallel(open, async (resource) => answers.set(keyOf(resource), await askOne(resource, check)));
  return resources.map((resource) => answers.get(keyOf(resource)) ?? 'unverifiable');
}

/** @returns a failure where asking about each would meet it again; nothing found where the list alone is at fault */
async function askList(ids: readonly string[], ask: AskMany): Promise<ReadonlySet<string> | Failure> {
  try {
    return new Set([...(await ask(ids))].filter((id) => id !== undefined));
  } catch (error) {
    // Whoever may not list, or is told that one of them does not exist, asks about each.
    const failure = toAwsFailure(error, `look for ${ids.join(', ')}`);
    return outcomeOf(failure) === 'unknown' ? failure : new Set();
  }
}

async function askOne(resource: ResourceIdentity, check: Existence['check']): Promise<Answer> {
  try {
    return await check(resource);
  } catch (error) {
    return toFailure(error);
  }
}

function keyOf({ type, physicalId }: ResourceIdentity): string {
  return `${questionOf(type)} ${physicalId}`;
}

function questionOf(type: string): string {
  return rowOf(type)?.confirmedBy ?? type;
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
 * @param options.size the least that any of these APIs takes (DescribeListeners takes 20)
 */
function describing<Reply>(
  describe: (ids: string[]) => Promise<Reply>,
  read: (reply: Reply) => (string | undefined)[] | undefined,
  { size = 20, settles = [] }: { size?: number; settles?: readonly ExistenceQuestion[] } = {},
): ExistenceList {
  const ask: AskMany = async (ids) => {
    const count = Math.ceil(ids.length / size);
    const parts = Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size));
    return (await Promise.all(parts.map(async (part) => read(await describe(part)) ?? []))).flat();
  };
  return { ask, settles };
}

/** The questions that can be put for many at once. A state such as `deleting` no list tells, so node groups are not here. */
export function existenceLists(settings: ClientSettings, counter: CallCounter): ExistenceLists {
  return {
    ...networkLists(settings, counter),
    ...clusterLists(settings, counter),
    ...loadBalancerLists(settings, counter),
    ...deliveryLists(settings, counter),
    ...dataLists(settings, counter),
    'iam:GetRole': roleList(settings, counter),
  };
}

function networkLists(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new EC2Client(settings), counter);
  return {
    'ec2:DescribeSubnets': describing(
      (SubnetIds) => client.send(new DescribeSubnetsCommand({ SubnetIds })),
      // A VPC with subnets cannot be deleted (API_DeleteVpc).
      ({ Subnets }) => Subnets?.flatMap(({ SubnetId, VpcId }) => [SubnetId, VpcId]),
      { settles: ['ec2:DescribeVpcs'] },
    ),
    'ec2:DescribeRouteTables': describing(
      (RouteTableIds) => client.send(new DescribeRouteTablesCommand({ RouteTableIds })),
      // A route whose gateway is not attached any more is a `blackhole` (API_Route).
      ({ RouteTables }) =>
        RouteTables?.flatMap(({ RouteTableId, Routes }) => [
          RouteTableId,
          ...(Routes ?? []).filter(({ State }) => State === 'active').map(({ GatewayId }) => GatewayId),
        ]),
      { settles: ['ec2:DescribeInternetGateways'] },
    ),
    'ec2:DescribeNatGateways': describing(
      (NatGatewayIds) => client.send(new DescribeNatGatewaysCommand({ NatGatewayIds })),
      // An address that is in use cannot be released (API_ReleaseAddress). CloudFormation's id of one is the public address.
      ({ NatGateways }) =>
        NatGateways?.filter(({ State }) => State === 'available').flatMap(({ NatGatewayId, NatGatewayAddresses }) => [
          NatGatewayId,
          ...(NatGatewayAddresses ?? []).map(({ PublicIp }) => PublicIp),
        ]),
      { settles: ['ec2:DescribeAddresses'] },
    ),
    'ec2:DescribeSecurityGroups': describing(
      (GroupIds) => client.send(new DescribeSecurityGroupsCommand({ GroupIds })),
      ({ SecurityGroups }) => SecurityGroups?.map(({ GroupId }) => GroupId),
    ),
    'ec2:DescribeLaunchTemplates': describing(
      (LaunchTemplateIds) => client.send(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds })),
      ({ LaunchTemplates }) => LaunchTemplates?.map(({ LaunchTemplateId }) => LaunchTemplateId),
    ),
  };
}

/** The parts of a cluster, by CloudFormation's ids: `CLUSTER|ADD-ON`, `PRINCIPAL-ARN|CLUSTER`, an association's ARN. */
function clusterLists(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new EKSClient(settings), counter);
  return {
    'eks:DescribeAddon': ofEachCluster(
      (id) => id.slice(0, id.indexOf('|')),
      async (clusterName) => {
        const found: string[] = [];
        for await (const { addons } of paginateListAddons({ client }, { clusterName })) found.push(...(addons ?? []));
        return found.map((addon) => `${clusterName}|${addon}`);
      },
    ),
    'eks:DescribeAccessEntry': ofEachCluster(
      (id) => id.slice(id.indexOf('|') + 1),
      async (clusterName) => {
        const found: string[] = [];
        const pages = paginateListAccessEntries({ client }, { clusterName });
        for await (const { accessEntries } of pages) found.push(...(accessEntries ?? []));
        return found.map((principal) => `${principal}|${clusterName}`);
      },
    ),
    'eks:ListPodIdentityAssociations': ofEachCluster(
      (arn) => arn.split('/')[1] ?? '',
      async (clusterName) => {
        const found: (string | undefined)[] = [];
        const pages = paginateListPodIdentityAssociations({ client }, { clusterName });
        for await (const { associations } of pages)
          found.push(...(associations ?? []).map(({ associationArn }) => associationArn));
        return found;
      },
    ),
  };
}

function ofEachCluster(
  clusterOf: (id: string) => string,
  listOf: (cluster: string) => Promise<(string | undefined)[]>,
): ExistenceList {
  const ask: AskMany = async (ids) => (await Promise.all([...new Set(ids.map(clusterOf))].map(listOf))).flat();
  return { ask, settles: [] };
}

function loadBalancerLists(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new ElasticLoadBalancingV2Client(settings), counter);
  return {
    'elasticloadbalancing:DescribeListeners': describing(
      (ListenerArns) => client.send(new DescribeListenersCommand({ ListenerArns })),
      // Listeners are deleted with their load balancer (API_DeleteLoadBalancer).
      ({ Listeners }) => Listeners?.flatMap(({ ListenerArn, LoadBalancerArn }) => [ListenerArn, LoadBalancerArn]),
      { settles: ['elasticloadbalancing:DescribeLoadBalancers'] },
    ),
    'elasticloadbalancing:DescribeTargetGroups': describing(
      (TargetGroupArns) => client.send(new DescribeTargetGroupsCommand({ TargetGroupArns })),
      ({ TargetGroups }) => TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn),
    ),
  };
}

function dataLists(settings: ClientSettings, counter: CallCounter) {
  const cognito = counted(new CognitoIdentityProviderClient(settings), counter);
  const logs = counted(new CloudWatchLogsClient(settings), counter);
  return {
    'cognito-idp:DescribeUserPool': describing(
      ([UserPoolId]) => cognito.send(new DescribeUserPoolCommand({ UserPoolId })),
      // `Domain`: the prefix, if the pool has one (API_UserPoolType).
      ({ UserPool }) => [UserPool?.Id, UserPool?.Domain],
      { size: 1, settles: ['cognito-idp:DescribeUserPoolDomain'] },
    ),
    'logs:DescribeLogGroups': describing(
      (logGroupIdentifiers) => logs.send(new DescribeLogGroupsCommand({ logGroupIdentifiers })),
      ({ logGroups }) => logGroups?.map(({ logGroupName }) => logGroupName),
    ),
  };
}

function deliveryLists(settings: ClientSettings, counter: CallCounter) {
  const builds = counted(new CodeBuildClient(settings), counter);
  const pipelines = counted(new CodePipelineClient(settings), counter);
  const images = counted(new ECRClient(settings), counter);
  return {
    'codebuild:BatchGetProjects': describing(
      (names) => builds.send(new BatchGetProjectsCommand({ names })),
      ({ projects }) => projects?.map(({ name }) => name),
    ),
    'codepipeline:GetPipeline': all(async () => {
      const found: (string | undefined)[] = [];
      for await (const { pipelines: some } of paginateListPipelines({ client: pipelines }, {}))
        found.push(...(some ?? []).map(({ name }) => name));
      return found;
    }),
    'ecr:DescribeRepositories': describing(
      (repositoryNames) => images.send(new DescribeRepositoriesCommand({ repositoryNames })),
      ({ repositories }) => repositories?.map(({ repositoryName }) => repositoryName),
    ),
  };
}

/** IAM lists by path only, at most 1,000 in one page (API_ListRoles). */
function roleList(settings: ClientSettings, counter: CallCounter): ExistenceList {
  const client = counted(new IAMClient(settings), counter);
  return all(async () => {
    const found: (string | undefined)[] = [];
    for await (const { Roles } of paginateListRoles({ client, pageSize: 1000 }, {}))
      found.push(...(Roles ?? []).map(({ RoleName }) => RoleName));
    return found;
  });
}

/** A list that cannot be narrowed. */
function all(ask: () => Promise<(string | undefined)[]>): ExistenceList {
  return { ask, settles: [] };
}
