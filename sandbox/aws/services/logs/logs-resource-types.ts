import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { checkRetention, findLogGroup, type LogGroup, logsState, makeLogGroup, removeLogGroup } from './logs-state.ts';

const TYPE = 'AWS::Logs::LogGroup';
const UNSUPPORTED = [
  'BearerTokenAuthenticationEnabled',
  'DataProtectionPolicy',
  'FieldIndexPolicies',
  'ResourcePolicyDocument',
];

/** A group that exists already, for instance because a service wrote to it first, fails the creation. */
function create(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const { LogGroupName, KmsKeyId, LogGroupClass } = properties;
  const name = LogGroupName === undefined ? request.generateName({ maxLength: 512 }) : String(LogGroupName);
  if (world.state(logsState, region).has(name)) {
    const identifier = JSON.stringify({ '/properties/LogGroupName': name });
    throw new AwsError('AlreadyExists', `Resource of type '${TYPE}' with identifier '${identifier}' already exists.`);
  }
  const group = makeLogGroup(world, region, {
    name,
    kmsKeyId: KmsKeyId === undefined ? undefined : String(KmsKeyId),
    logGroupClass: (LogGroupClass as LogGroup['logGroupClass'] | undefined) ?? 'STANDARD',
  });
  return configure(group, request);
}

function update(request: UpdateRequest): ResourceState {
  refuseProperties(TYPE, request.properties, UNSUPPORTED);
  return configure(findLogGroup(request.world, request.region, request.physicalId), request);
}

function configure(group: LogGroup, { properties, stackTags }: CreateRequest | UpdateRequest): ResourceState {
  const days = properties['RetentionInDays'];
  group.retentionDays = days === undefined ? undefined : checkRetention(Number(days));
  group.deletionProtected = String(properties['DeletionProtectionEnabled']) === 'true';
  group.tags = mergeResourceTags(properties['Tags'], stackTags);
  return stateOf(group);
}

/** `Arn` ends in `:*` (AWS::Logs::LogGroup, Return values). */
const stateOf = (group: LogGroup): ResourceState => ({
  physicalId: group.name,
  attributes: { Arn: `${group.arn}:*` },
});

function read({ world, region, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  const group = world.state(logsState, region).get(physicalId);
  if (group === undefined) return undefined;
  return { RetentionInDays: group.retentionDays, DeletionProtectionEnabled: group.deletionProtected };
}

const existing: NonNullable<ResourceType['existing']> = ({ world, region, properties }) => {
  const group = world.state(logsState, region).get(String(properties['LogGroupName'] ?? ''));
  return group === undefined ? undefined : stateOf(group);
};

function remove({ world, region, physicalId }: ExistingRequest): void {
  if (world.state(logsState, region).has(physicalId)) removeLogGroup(world, region, physicalId);
}

/** The CloudFormation types of CloudWatch Logs that the sandbox has. */
export const logsResourceTypes: ResourceType[] = [
  { type: TYPE, seconds: { create: 3, update: 3, delete: 2 }, create, update, read, existing, delete: remove },
];
