import { randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import { type AwsEvent, type AwsWorld, GLOBAL } from '../../world.ts';
import { assumeRoleAsService } from '../sts/role-session.ts';
import { matchesPattern } from './event-pattern.ts';
import {
  type EventEnvelope,
  eventsState,
  type Rule,
  type RuleTarget,
  type RuleTargetHandler,
  ruleTargetHandlers,
} from './events-state.ts';
import { targetInput } from './target-input.ts';

/** Says what a service does when a rule targets one of its resources. */
export function onRuleTarget(world: AwsWorld, service: string, handler: RuleTargetHandler): void {
  world.state(ruleTargetHandlers, GLOBAL).set(service, handler);
}

/** The handler for a target's ARN. */
export const handlerOf = (world: AwsWorld, arn: string): RuleTargetHandler | undefined =>
  world.state(ruleTargetHandlers, GLOBAL).get(arn.split(':')[2] ?? '');

/** Connects the world's events with the rules; call once for a world. */
export function deliverEvents(world: AwsWorld): void {
  world.subscribe(async (event) => {
    const envelope = envelopeOf(world, event);
    for (const rule of world.state(eventsState, event.region).values()) {
      if (rule.state !== 'ENABLED' || !rule.pattern || !matchesPattern(rule.pattern, envelope)) continue;
      for (const target of rule.targets) await invoke(world, rule, target, envelope);
    }
  });
}

const envelopeOf = (world: AwsWorld, event: AwsEvent): EventEnvelope => ({
  version: '0',
  id: randomUUID(),
  'detail-type': event.detailType,
  source: event.source,
  account: world.accountId,
  time: world.clock
    .now()
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z'),
  region: event.region,
  resources: event.resources,
  detail: event.detail,
});

/** The publisher never learns of a failed invocation (eventbridge userguide, eb-rule-dlq.html). */
async function invoke(world: AwsWorld, rule: Rule, target: RuleTarget, event: EventEnvelope): Promise<void> {
  const invocation = { at: world.clock.now(), targetId: target.Id, error: undefined as string | undefined };
  rule.invocations.push(invocation);
  try {
    checkRole(world, rule, target);
    const handler = handlerOf(world, target.Arn);
    if (!handler) throw new AwsError('NotImplemented', `The sandbox has no rule targets like ${target.Arn}.`);
    await handler({ world, region: rule.region, rule, target, input: targetInput(target, event, rule.arn) });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    invocation.error = `${error.code}: ${error.message}`;
  }
}

/** EventBridge calls the target in the role that the target names (eb-use-identity-based.html). */
function checkRole(world: AwsWorld, rule: Rule, { RoleArn }: RuleTarget): void {
  if (RoleArn === undefined) return;
  assumeRoleAsService(world, {
    roleArn: RoleArn,
    service: 'events.amazonaws.com',
    sessionName: 'events-invocation',
    context: { 'aws:SourceArn': rule.arn },
  });
}
