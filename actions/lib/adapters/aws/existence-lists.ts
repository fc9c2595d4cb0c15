import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient, paginateListPipelines } from '@aws-sdk/client-codepipeline';
import {
  DescribeLaunchTemplatesCommand,
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
type ExistenceList = (physicalIds: readonly string[]) => Promise<Iterable<string | undefined>>;

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
  await inParallel(Object.entries(lists), async ([question, ask]) => {
    const ids = resources.filter(({ type }) => questionOf(type) === question).map(({ physicalId }) => physicalId);
    // One alone is asked about by itself, which also tells when it is on its way out.
    if (ids.length < 2) return;
    const answer = await askList(ids, ask);
    for (const id of ids) {
      if (answer instanceof Failure) answers.set(`${question} ${id}`, answer);
      else if (answer.has(id)) answers.set(`${question} ${id}`, 'exists');
    }
  });
  const open = resources.filter((resource) => !answers.has(keyOf(resource)));
  await inParallel(open, async (resource) => answers.set(keyOf(resource), await askOne(resource, check)));
  return resources.map((resource) => answers.get(keyOf(resource)) ?? 'unverifiable');
}

/** @returns a failure where asking about each would meet it again; nothing found where the list alone is at fault */
async function askList(ids: readonly string[], ask: ExistenceList): Promise<ReadonlySet<string> | Failure> {
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
 * @param size the least that any of these APIs takes (DescribeListeners takes 20)
 */
function describing<Reply>(
  describe: (ids: string[]) => Promise<Reply>,
  read: (reply: Reply) => (string | undefined)[] | undefined,
  size = 20,
): ExistenceList {
  return async (ids) => {
    const count = Math.ceil(ids.length / size);
    const parts = Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size));
    return (await Promise.all(parts.map(async (part) => read(await describe(part)) ?? []))).flat();
  };
}

/** The questions that can be put for many at once. A state such as `deleting` no list tells, so node groups are not here. */
export function existenceLists(settings: ClientSettings, counter: CallCounter): ExistenceLists {
  return {
    ...networkLists(settings, counter),
    ...clusterLists(settings, counter),
    ...loadBalancerLists(settings, counter),
    ...deliveryLists(settings, counter),
    'iam:GetRole': roleList(settings, counter),
  };
}

function networkLists(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new EC2Client(settings), counter);
  return {
    'ec2:DescribeSubnets': describing(
      (SubnetIds) => client.send(new DescribeSubnetsCommand({ SubnetIds })),
      ({ Subnets }) => Subnets?.map(({ SubnetId }) => SubnetId),
    ),
    'ec2:DescribeRouteTables': describing(
      (RouteTableIds) => client.send(new DescribeRouteTablesCommand({ RouteTableIds })),
      ({ RouteTables }) => RouteTables?.map(({ RouteTableId }) => RouteTableId),
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
  return async (ids) => (await Promise.all([...new Set(ids.map(clusterOf))].map(listOf))).flat();
}

function loadBalancerLists(settings: ClientSettings, counter: CallCounter) {
  const client = counted(new ElasticLoadBalancingV2Client(settings), counter);
  return {
    'elasticloadbalancing:DescribeListeners': describing(
      (ListenerArns) => client.send(new DescribeListenersCommand({ ListenerArns })),
      ({ Listeners }) => Listeners?.map(({ ListenerArn }) => ListenerArn),
    ),
    'elasticloadbalancing:DescribeTargetGroups': describing(
      (TargetGroupArns) => client.send(new DescribeTargetGroupsCommand({ TargetGroupArns })),
      ({ TargetGroups }) => TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn),
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
    'codepipeline:GetPipeline': async () => {
      const found: (string | undefined)[] = [];
      for await (const { pipelines: some } of paginateListPipelines({ client: pipelines }, {}))
        found.push(...(some ?? []).map(({ name }) => name));
      return found;
    },
    'ecr:DescribeRepositories': describing(
      (repositoryNames) => images.send(new DescribeRepositoriesCommand({ repositoryNames })),
      ({ repositories }) => repositories?.map(({ repositoryName }) => repositoryName),
    ),
  };
}

/** IAM lists by path only, at most 1,000 in one page (API_ListRoles). */
function roleList(settings: ClientSettings, counter: CallCounter): ExistenceList {
  const client = counted(new IAMClient(settings), counter);
  return async () => {
    const found: (string | undefined)[] = [];
    for await (const { Roles } of paginateListRoles({ client, pageSize: 1000 }, {}))
      found.push(...(Roles ?? []).map(({ RoleName }) => RoleName));
    return found;
  };
}
