import type {
  CreateLogGroupCommandInput,
  DeleteLogGroupCommandInput,
  DeleteRetentionPolicyCommandInput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  LogGroup as LogGroupShape,
  PutRetentionPolicyCommandInput,
  TagResourceCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import {
  checkRetention,
  findLogGroup,
  type LogGroup,
  logsState,
  makeLogGroup,
  removeLogGroup,
  storedBytes,
} from './logs-state.ts';

type Output<T> = Omit<T, '$metadata'>;

function createLogGroup(input: CreateLogGroupCommandInput, { world, region }: CallContext): object {
  makeLogGroup(world, region, {
    name: input.logGroupName ?? '',
    kmsKeyId: input.kmsKeyId,
    logGroupClass: input.logGroupClass ?? 'STANDARD',
    tags: requestedTags(input.tags, { invalid: 'InvalidParameterException' }),
  });
  return {};
}

function deleteLogGroup(input: DeleteLogGroupCommandInput, { world, region }: CallContext): object {
  removeLogGroup(world, region, input.logGroupName);
  return {};
}

/** Groups in the order of their names, 50 a page (API_DescribeLogGroups.html). */
function describeLogGroups(
  input: DescribeLogGroupsCommandInput,
  { world, region }: CallContext,
): Output<DescribeLogGroupsCommandOutput> {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  // The only filter then; names, or ARNs across accounts, which are none of this one's (API_DescribeLogGroups.html).
  const identifiers = input.logGroupIdentifiers;
  if (identifiers !== undefined && (prefix ?? pattern ?? input.logGroupClass) !== undefined) {
    throw new AwsError('InvalidParameterException', 'logGroupIdentifiers cannot be combined with other filters.');
  }
  const groups = [...world.state(logsState, region).values()]
    .filter(({ name }) => identifiers === undefined || identifiers.includes(name))
    .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes((pattern ?? '').toLowerCase()))
    .filter(({ logGroupClass }) => input.logGroupClass === undefined || logGroupClass === input.logGroupClass)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { page, nextToken } = tokenPage(groups, {
    size: input.limit ?? 50,
    token: input.nextToken,
    errorCode: 'InvalidParameterException',
  });
  return { logGroups: page.map(describe), ...(nextToken ? { nextToken } : {}) };
}

function putRetentionPolicy(input: PutRetentionPolicyCommandInput, { world, region }: CallContext): object {
  findLogGroup(world, region, input.logGroupName).retentionDays = checkRetention(input.retentionInDays ?? 0);
  return {};
}

function deleteRetentionPolicy(input: DeleteRetentionPolicyCommandInput, { world, region }: CallContext): object {
  findLogGroup(world, region, input.logGroupName).retentionDays = undefined;
  return {};
}

/** The ARN must have no `:*` at its end (API_ListTagsForResource.html). */
function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  { world, region }: CallContext,
): Output<ListTagsForResourceCommandOutput> {
  return { tags: { ...findByPlainArn(input.resourceArn, { world, region }).tags } };
}

function tagResource(input: TagResourceCommandInput, { world, region }: CallContext): object {
  const tags = requestedTags(input.tags, { invalid: 'InvalidParameterException' });
  Object.assign(findByPlainArn(input.resourceArn, { world, region }).tags, tags);
  return {};
}

function findByPlainArn(arn: string | undefined, { world, region }: Pick<CallContext, 'world' | 'region'>): LogGroup {
  if (arn?.endsWith(':*')) throw new AwsError('InvalidParameterException', 'The ARN must not end in :*.');
  return findLogGroup(world, region, arn);
}

const describe = (group: LogGroup): LogGroupShape => ({
  logGroupName: group.name,
  creationTime: group.createdAt.getTime(),
  metricFilterCount: 0,
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  storedBytes: [...group.streams.values()].reduce((sum, { events }) => sum + storedBytes(events), 0),
  logGroupClass: group.logGroupClass,
  ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
  ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
});

/** CloudWatch Logs' operations on log groups. */
export const logGroupOperations = {
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
  DescribeLogGroups: describeLogGroups,
  PutRetentionPolicy: putRetentionPolicy,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
} satisfies Record<string, Operation>;
