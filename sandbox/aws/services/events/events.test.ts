import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRole } from '../iam/role-changes.ts';
import { openServiceFixture } from '../service-fixture.ts';
import { deliverEvents, onRuleTarget } from './event-delivery.ts';
import { checkEventPattern, matchesPattern } from './event-pattern.ts';
import { eventsResourceTypes } from './events-resource-types.ts';
import { type Delivery, eventsState } from './events-state.ts';
import { targetInput } from './target-input.ts';

const event = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  resources: ['arn:aws:codecommit:us-west-2:123456789012:sar-container'],
  detail: { event: 'referenceUpdated', referenceType: 'branch', referenceName: 'main', size: 3, commitId: 'c0ffee' },
};

describe('event patterns', () => {
  it.each([
    [{ source: ['aws.codecommit'], detail: { referenceName: ['main', 'upstream'] } }, true],
    [{ detail: { referenceName: ['upstream'] } }, false],
    [{ detail: { referenceName: ['main'], referenceType: ['tag'] } }, false],
    [{ resources: [{ suffix: ':sar-container' }] }, true],
    [{ detail: { referenceName: [{ prefix: 'ma' }] } }, true],
    [{ detail: { referenceName: [{ prefix: { 'equals-ignore-case': 'MA' } }] } }, true],
    [{ detail: { event: [{ 'anything-but': ['referenceDeleted'] }] } }, true],
    [{ detail: { event: [{ 'anything-but': { prefix: 'reference' } }] } }, false],
    [{ detail: { oldCommitId: [{ exists: false }] } }, true],
    [{ detail: { commitId: [{ exists: false }] } }, false],
    [{ detail: { size: [{ numeric: ['>', 2, '<=', 3] }] } }, true],
    [{ detail: { size: ['3'] } }, false],
    [{ detail: { referenceName: [{ wildcard: 'm*n' }] } }, true],
    [{ $or: [{ source: ['x'] }, { detail: { size: [3] } }] }, true],
    [{ missing: { deeper: ['x'] } }, false],
  ])('%j matches: %s', (pattern, expected) => {
    checkEventPattern(pattern);
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  it.each([{}, { source: 'x' }, { source: [{ like: 'x' }] }, { source: [{ numeric: [] }] }, { $or: 'x' }])(
    '%j is refused',
    (pattern) => {
      expect(() => checkEventPattern(pattern)).toThrow(
        expect.objectContaining({ code: 'InvalidEventPatternException' }),
      );
    },
  );
});

describe('the input of a target', () => {
  const envelope = { version: '0', id: 'i', account: '1', time: 't', region: 'r', ...event } as const;
  const rule = 'arn:aws:events:us-west-2:123456789012:rule/sar';
  it.each([
    [{}, envelope],
    [{ Input: '{"a":1}' }, { a: 1 }],
    [{ InputPath: '$.detail.commitId' }, 'c0ffee'],
    [
      {
        InputTransformer: {
          InputPathsMap: { id: '$.detail.commitId', size: '$.detail.size', none: '$.detail.none' },
          InputTemplate: '{"text": "<id> of <aws.events.rule-name><none>", "size": <size>, "id": <id>}',
        },
      },
      { text: 'c0ffee of sar', size: 3, id: 'c0ffee' },
    ],
  ])('%j', (settings, expected) => {
    expect(targetInput({ Id: 'a', Arn: 'b', ...settings }, envelope, rule)).toEqual(expected);
  });
});

describe('rules of a stack', () => {
  const [type] = eventsResourceTypes;
  if (!type) throw new Error('There is no rule type.');
  let fixture: ReturnType<typeof openServiceFixture>;
  let deliveries: Delivery[];
  beforeEach(() => {
    fixture = openServiceFixture();
    deliveries = [];
    deliverEvents(fixture.world);
    onRuleTarget(fixture.world, 'codepipeline', (delivery) => {
      deliveries.push(delivery);
    });
  });
  afterEach(() => fixture.close());

  const role = (service: string): string =>
    createRole(fixture.world, {
      name: service,
      path: '/',
      trustPolicy: {
        Statement: { Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' },
      },
    }).arn;
  const rule = (RoleArn?: string, more: object = {}): Record<string, unknown> => ({
    EventPattern: { source: ['aws.codecommit'], detail: { referenceName: ['main'] } },
    Targets: [
      { Id: 'pipeline', Arn: 'arn:aws:codepipeline:us-west-2:123456789012:sar', ...(RoleArn ? { RoleArn } : {}) },
    ],
    ...more,
  });
  const publish = (region = fixture.region): Promise<void> =>
    fixture.world.publish({ ...event, detailType: event['detail-type'], region });

  it('call their targets for matching events of their region', async () => {
    const { physicalId } = await fixture.create(type, rule(role('events')));
    await publish();
    await publish('eu-west-1');
    expect(deliveries).toMatchObject([{ rule: { name: physicalId }, input: { detail: { commitId: 'c0ffee' } } }]);
    await fixture.update(type, physicalId, rule(undefined, { State: 'DISABLED' }));
    await publish();
    await fixture.remove(type, physicalId);
    await publish();
    expect(deliveries).toHaveLength(1);
  });

  it('fail alone: a target that cannot be called is no business of the publisher', async () => {
    const { physicalId } = await fixture.create(type, rule(role('lambda')));
    await expect(publish()).resolves.toBeUndefined();
    expect(deliveries).toEqual([]);
    const stored = fixture.world.state(eventsState, fixture.region).get(physicalId);
    expect(stored?.invocations).toMatchObject([{ error: expect.stringContaining('AccessDenied') }]);
  });

  it('are refused with targets that the sandbox cannot call', async () => {
    const Targets = [{ Id: 'a', Arn: 'arn:aws:sqs:us-west-2:123456789012:queue' }];
    await expect(fixture.create(type, rule(undefined, { Targets }))).rejects.toMatchObject({
      message: 'The sandbox has no rule targets like arn:aws:sqs:us-west-2:123456789012:queue.',
    });
    await expect(fixture.create(type, rule(undefined, { EventBusName: 'own' }))).rejects.toMatchObject({
      code: 'NotImplemented',
    });
    await expect(fixture.create(type, {})).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
