import type { AwsWorld, StateKey } from '../../world.ts';
import type { EventPattern } from './event-pattern.ts';

/** An event as targets see it (eventbridge/latest/ref/overiew-event-structure.html). */
export type EventEnvelope = {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
};

/** A `Target` of AWS::Events::Rule, as far as the sandbox has it. */
export type RuleTarget = {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate?: string };
};

export type Rule = {
  name: string;
  arn: string;
  region: string;
  state: 'ENABLED' | 'DISABLED';
  /** Absent for a rule that only runs on a schedule, which the sandbox stores but does not run. */
  pattern: EventPattern | undefined;
  scheduleExpression: string | undefined;
  description: string | undefined;
  targets: RuleTarget[];
  tags: Record<string, string>;
  /** What became of the rule's matches, oldest first. */
  invocations: { at: Date; targetId: string; error: string | undefined }[];
};

/** Rules on the default event bus of one region by name. */
export const eventsState: StateKey<Map<string, Rule>> = { id: 'events', create: () => new Map() };

/** One delivery of an event to a target. */
export type Delivery = {
  world: AwsWorld;
  region: string;
  rule: Rule;
  target: RuleTarget;
  /** After the target's input settings. */
  input: unknown;
};

/** What a service does as the target of a rule; an AwsError counts as a failed invocation. */
export type RuleTargetHandler = (delivery: Delivery) => void | Promise<void>;

/** Services that rules can have as targets, by the service part of an ARN, e.g. `codepipeline`. */
export const ruleTargetHandlers: StateKey<Map<string, RuleTargetHandler>> = {
  id: 'events-target-handlers',
  create: () => new Map(),
};
