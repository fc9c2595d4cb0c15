import { tmpdir } from 'node:os';
import type {
  CreateStackOutput,
  DescribeChangeSetOutput,
  DescribeEventsOutput,
  DescribeStackEventsOutput,
  OperationEvent,
  Stack,
  StackEvent,
} from '@aws-sdk/client-cloudformation';
import { createVirtualClock } from '../../../clock.ts';
import { AwsError, type CallContext } from '../../service.ts';
import { createWorld } from '../../world.ts';
import { createCloudFormationService } from '../cloudformation-service.ts';
import type { CloudFormationOptions } from '../engine.ts';
import type { ResourceState, ResourceType } from '../resource-type.ts';

/** One physical resource of the test account. */
export type Physical = { type: string; properties: Record<string, unknown>; stackTags: Record<string, string> };

/** What the tests' resource handlers do: they keep resources in a map and fail on demand. */
export type ImitatedResources = {
  readonly existing: Map<string, Physical>;
  /** `create X`, `created X`, `update X`, `delete X` with logical ids, in the order of the calls. */
  readonly calls: string[];
  /** Logical id → action → error; an entry stays until it is removed. */
  readonly failures: Map<string, AwsError>;
  /** Called inside every handler action. */
  onCall: (call: string) => void;
};

function imitatedType(
  type: string,
  account: ImitatedResources,
  nameProperty: string | undefined,
  options: Partial<ResourceType> = {},
): ResourceType {
  return {
    type,
    seconds: { create: 5, update: 5, delete: 5 },
    create(request) {
      act(account, 'create', request.logicalId);
      const name = nameProperty === undefined ? undefined : request.properties[nameProperty];
      const physicalId = typeof name === 'string' ? name : request.generateName({ maxLength: 64 });
      if (account.existing.has(physicalId)) {
        throw new AwsError('AlreadyExistsException', `${physicalId} already exists`);
      }
      account.existing.set(physicalId, { type, properties: request.properties, stackTags: request.stackTags });
      return stateOf(physicalId);
    },
    created: (request) => act(account, 'created', request.logicalId),
    update(request) {
      act(account, 'update', request.logicalId);
      const { physicalId, properties, stackTags } = request;
      account.existing.set(physicalId, { type, properties, stackTags });
      return stateOf(physicalId);
    },
    delete(request) {
      act(account, 'delete', request.logicalId);
      account.existing.delete(request.physicalId);
    },
    ...options,
  };
}

function act(account: ImitatedResources, action: string, logicalId: string): void {
  const call = `${action} ${logicalId}`;
  account.calls.push(call);
  account.onCall(call);
  const failure = account.failures.get(call);
  if (failure !== undefined) throw failure;
}

function stateOf(physicalId: string): ResourceState {
  return { physicalId, attributes: { Arn: `arn:aws:test:::${physicalId}`, GroupId: `group-${physicalId}` } };
}

/**
 * An account with CloudFormation and nothing else; handlers for a few real types keep their resources in a map.
 * The clock runs 100,000 times as fast, so that a minute in AWS is less than a millisecond here.
 */
export function imitatedAccount(options: CloudFormationOptions = {}, scale = 1e5) {
  const world = createWorld({ accountId: '123456789012', clock: createVirtualClock(scale), folder: tmpdir() });
  const resources: ImitatedResources = { existing: new Map(), calls: [], failures: new Map(), onCall: () => undefined };
  const service = createCloudFormationService(imitatedTypes(resources), options);
  const context: CallContext = { world, region: 'us-west-2', principal: undefined, requestId: 'test' };
  const call = async <Output extends object>(operation: string, input: object = {}): Promise<Output> => {
    const run = service.operations[operation] as unknown as Run<Output> | undefined;
    if (run === undefined) throw new Error(`There is no operation ${operation}.`);
    return await run(input, context);
  };
  return { world, resources, service, call, ...conveniences(call, world.settle) };
}
type Run<Output> = (input: object, context: CallContext) => Output | Promise<Output>;
export type ImitatedAccount = ReturnType<typeof imitatedAccount>;

export function imitatedTypes(resources: ImitatedResources): ResourceType[] {
  const make = (type: string, nameProperty?: string, options?: Partial<ResourceType>): ResourceType =>
    imitatedType(type, resources, nameProperty, options);
  return [
    make('AWS::S3::Bucket', 'BucketName', {
      read: ({ physicalId }) => resources.existing.get(physicalId)?.properties,
      existing: ({ properties }) => {
        const name = properties['BucketName'];
        return typeof name === 'string' && resources.existing.has(name) ? stateOf(name) : undefined;
      },
    }),
    make('AWS::S3::BucketPolicy'),
    make('AWS::IAM::Role', 'RoleName'),
    make('AWS::EC2::SecurityGroup', 'GroupName'),
    make('AWS::Logs::LogGroup', 'LogGroupName'),
    make('AWS::CodeCommit::Repository', 'RepositoryName'),
    make('AWS::AutoScaling::AutoScalingGroup', undefined, {
      update(request) {
        resources.calls.push(`update ${request.logicalId} with ${JSON.stringify(request.updatePolicy)}`);
        return stateOf(request.physicalId);
      },
    }),
    make('AWS::EC2::Volume'),
    // From default to dedicated tenancy needs a new VPC, the other way not: aws-resource-ec2-vpc.html.
    make('AWS::EC2::VPC', undefined, {
      replaces: ({ properties }) => properties['InstanceTenancy'] === 'dedicated',
    }),
    make('AWS::SSM::Parameter', 'Name'),
  ];
}

type Call = <Output extends object>(operation: string, input?: object) => Promise<Output>;

function conveniences(call: Call, settle: () => Promise<void>) {
  const describe = async (name: string): Promise<Stack> => {
    const { Stacks: stacks = [] } = await call<{ Stacks?: Stack[] }>('DescribeStacks', { StackName: name });
    const [stack] = stacks;
    if (stack === undefined) throw new Error(`No stack ${name}.`);
    return stack;
  };
  return {
    describe,
    /** Runs an operation to its end and describes the stack by id, so that a deleted one is found too. */
    async finish(operation: string, input: { StackName: string } & Record<string, unknown>): Promise<Stack> {
      const before = operation === 'CreateStack' ? undefined : (await describe(input.StackName)).StackId;
      const { StackId: id } = await call<CreateStackOutput>(operation, input);
      await settle();
      return await describe(id ?? before ?? input.StackName);
    },
    /** Creates a change set, waits for it and describes it with property values. */
    async changeSet(input: { StackName: string } & Record<string, unknown>): Promise<DescribeChangeSetOutput> {
      const { Id: id } = await call<{ Id?: string }>('CreateChangeSet', { ChangeSetName: 'plan', ...input });
      await settle();
      const request = { ChangeSetName: id, IncludePropertyValues: true };
      return await call<DescribeChangeSetOutput>('DescribeChangeSet', request);
    },
    ...eventReaders(call),
  };
}

function eventReaders(call: Call) {
  const events = async (name: string): Promise<StackEvent[]> => {
    const { StackEvents: found = [] } = await call<DescribeStackEventsOutput>('DescribeStackEvents', {
      StackName: name,
    });
    return found;
  };
  return {
    events,
    /** Oldest first: `LOGICALID STATUS: reason`. */
    async history(name: string): Promise<string[]> {
      return (await events(name)).reverse().map((event) => {
        const reason = event.ResourceStatusReason === undefined ? '' : `: ${event.ResourceStatusReason}`;
        return `${event.LogicalResourceId} ${event.ResourceStatus}${reason}`;
      });
    },
    async operationEvents(input: object): Promise<OperationEvent[]> {
      const { OperationEvents: found = [] } = await call<DescribeEventsOutput>('DescribeEvents', input);
      return found;
    },
  };
}

/** A template from its Resources section and, if needed, other sections. */
export function template(resources: Record<string, unknown>, sections: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...sections, Resources: resources });
}
