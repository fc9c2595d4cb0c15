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
import { handlerOf } from './event-delivery.ts';
import { checkEventPattern, type EventPattern } from './event-pattern.ts';
import { eventsState, type Rule, type RuleTarget } from './events-state.ts';

const TYPE = 'AWS::Events::Rule';
const TARGET_MEMBERS: ReadonlySet<string> = new Set(['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer']);

function create(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const rules = world.state(eventsState, region);
  const name = properties['Name'] === undefined ? request.generateName({ maxLength: 64 }) : String(properties['Name']);
  if (rules.has(name)) throw new AwsError('AlreadyExists', `Rule ${name} already exists.`);
  const rule: Rule = {
    ...{ name, region, targets: [], tags: {}, invocations: [] },
    arn: `arn:aws:events:${region}:${world.accountId}:rule/${name}`,
    state: 'ENABLED',
    pattern: undefined,
    scheduleExpression: undefined,
    description: undefined,
  };
  configure(rule, request);
  rules.set(name, rule);
  return stateOf(rule);
}

function update(request: UpdateRequest): ResourceState {
  const rule = request.world.state(eventsState, request.region).get(request.physicalId);
  if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${request.physicalId} does not exist.`);
  configure(rule, request);
  return stateOf(rule);
}

const remove = ({ world, region, physicalId }: ExistingRequest): void => {
  world.state(eventsState, region).delete(physicalId);
};

function configure(rule: Rule, { world, properties, stackTags }: CreateRequest | UpdateRequest): void {
  // The sandbox has only the default event bus.
  if (properties['EventBusName'] !== 'default') refuseProperties(TYPE, properties, ['EventBusName']);
  const { EventPattern: pattern, ScheduleExpression: schedule, State, Description, Tags } = properties;
  if (pattern === undefined && schedule === undefined) {
    throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  const parsed = pattern === undefined ? undefined : parsePattern(pattern);
  if (parsed) checkEventPattern(parsed);
  const targets = ((properties['Targets'] ?? []) as RuleTarget[]).map((target) => checkedTarget(world, target));
  if (new Set(targets.map(({ Id }) => Id)).size < targets.length) {
    throw new AwsError('ValidationException', 'Target ids must be unique within a rule.');
  }
  rule.pattern = parsed;
  rule.scheduleExpression = schedule === undefined ? undefined : String(schedule);
  rule.state = State === 'DISABLED' ? 'DISABLED' : 'ENABLED';
  rule.description = Description === undefined ? undefined : String(Description);
  rule.targets = targets;
  rule.tags = mergeResourceTags(Tags, stackTags);
}

/** A target without a service behind it would swallow its events, so it is refused here. */
function checkedTarget(world: CreateRequest['world'], target: RuleTarget): RuleTarget {
  const unknown = Object.keys(target).find((name) => !TARGET_MEMBERS.has(name));
  if (unknown !== undefined) {
    throw new AwsError('NotImplemented', `The sandbox does not support ${unknown} of a target of ${TYPE}.`);
  }
  if (!handlerOf(world, target.Arn)) {
    throw new AwsError('NotImplemented', `The sandbox has no rule targets like ${target.Arn}.`);
  }
  return target;
}

function parsePattern(pattern: unknown): EventPattern {
  const value: unknown = typeof pattern === 'string' ? JSON.parse(pattern) : pattern;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('InvalidEventPatternException', 'Event pattern is not valid. Reason: Filter is not an object');
  }
  return value as EventPattern;
}

/** `Ref` returns the rule's name (AWS::Events::Rule, Return values). */
const stateOf = (rule: Rule): ResourceState => ({
  physicalId: rule.name,
  attributes: { Arn: rule.arn, RuleName: rule.name },
});

/** The CloudFormation types of EventBridge that the sandbox has. */
export const eventsResourceTypes: ResourceType[] = [
  {
    type: TYPE,
    // CloudFormation waits about a minute after it made a rule (stack events).
    seconds: { create: 60, update: 5, delete: 5 },
    create,
    update,
    read({ world, region, physicalId }) {
      const rule = world.state(eventsState, region).get(physicalId);
      if (rule === undefined) return undefined;
      const { state, pattern, scheduleExpression, description, targets } = rule;
      return {
        ...{ State: state, EventPattern: pattern, ScheduleExpression: scheduleExpression },
        ...{ Description: description, Targets: targets },
      };
    },
    delete: remove,
  },
];
