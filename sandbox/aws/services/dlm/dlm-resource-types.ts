import { randomBytes } from 'node:crypto';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import { optionalRecord, optionalText, type Properties, recordList, requiredText } from '../ec2/property-values.ts';
import { mergeResourceTags } from '../resource-tags.ts';

export type LifecyclePolicy = {
  readonly id: string;
  readonly arn: string;
  description: string;
  state: string;
  details: Record<string, unknown>;
  tags: Record<string, string>;
};

const dlmStateKey: StateKey<Map<string, LifecyclePolicy>> = { id: 'dlm', create: () => new Map() };

/** A region's lifecycle policies by id. They are kept, and never run: the sandbox makes no snapshots by schedule. */
export const lifecyclePolicies = (world: AwsWorld, region: string): Map<string, LifecyclePolicy> =>
  world.state(dlmStateKey, region);

function createPolicy(request: CreateRequest): ResourceState {
  const { world, region } = request;
  const id = `policy-0${randomBytes(8).toString('hex')}`;
  const policy: LifecyclePolicy = {
    id,
    arn: `arn:aws:dlm:${region}:${world.accountId}:policy/${id}`,
    ...readPolicy(request),
  };
  lifecyclePolicies(world, region).set(id, policy);
  return policyState(policy);
}

function updatePolicy(request: UpdateRequest): ResourceState {
  const policy = lifecyclePolicies(request.world, request.region).get(request.physicalId);
  if (!policy) throw new AwsError('ResourceNotFoundException', `Policy ${request.physicalId} not found`, 404);
  return policyState(Object.assign(policy, readPolicy(request)));
}

function readPolicy(request: CreateRequest | UpdateRequest): Omit<LifecyclePolicy, 'id' | 'arn'> {
  const { properties, stackTags } = request;
  const description = requiredText(properties, 'Description');
  // API_CreateLifecyclePolicy.html, Description
  if (!/^[0-9A-Za-z _-]{1,500}$/.test(description)) {
    throw new AwsError('InvalidRequestException', `Description '${description}' must match [0-9A-Za-z _-]+`);
  }
  const details = optionalRecord(properties, 'PolicyDetails');
  checkDetails(details);
  return {
    description,
    state: optionalText(properties, 'State') ?? 'ENABLED',
    details,
    tags: mergeResourceTags(properties['Tags'], stackTags),
  };
}

/** A snapshot policy names what it is for, and has one to four schedules (API_PolicyDetails.html). */
function checkDetails(details: Properties): void {
  if ((optionalText(details, 'PolicyType') ?? 'EBS_SNAPSHOT_MANAGEMENT') !== 'EBS_SNAPSHOT_MANAGEMENT') return;
  const [targets, schedules] = [recordList(details, 'TargetTags'), recordList(details, 'Schedules')];
  if (targets.length === 0) throw new AwsError('InvalidRequestException', 'TargetTags must be specified');
  if (schedules.length < 1 || schedules.length > 4) {
    throw new AwsError('InvalidRequestException', 'A policy must have between 1 and 4 schedules');
  }
}

const policyState = ({ id, arn }: LifecyclePolicy): ResourceState => ({
  physicalId: id,
  attributes: { PolicyId: id, Arn: arn },
});

/** The CloudFormation types of Amazon Data Lifecycle Manager that the sandbox has. */
export const dlmResourceTypes: ResourceType[] = [
  {
    type: 'AWS::DLM::LifecyclePolicy',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createPolicy,
    update: updatePolicy,
    read({ world, region, physicalId }) {
      const policy = lifecyclePolicies(world, region).get(physicalId);
      return policy && { Description: policy.description, State: policy.state, PolicyDetails: policy.details };
    },
    delete: ({ world, region, physicalId }: ExistingRequest) => {
      lifecyclePolicies(world, region).delete(physicalId);
    },
  },
];
