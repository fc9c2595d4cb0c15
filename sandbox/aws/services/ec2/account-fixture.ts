import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualClock } from '../../../clock.ts';
import type { ResourceState, ResourceType } from '../../cloudformation/resource-type.ts';
import type { Operation, ServiceModule } from '../../service.ts';
import { type AwsWorld, createWorld } from '../../world.ts';

/** A clock that stands still: it moves when a test says so, and whoever sleeps on it moves it. */
export type SteppedClock = VirtualClock & { advance(seconds: number): void };

export function createSteppedClock(start = new Date('2026-11-23T12:00:00Z')): SteppedClock {
  let milliseconds = start.getTime();
  const advance = (seconds: number): void => {
    milliseconds += seconds * 1000;
  };
  return {
    scale: 60,
    now: () => new Date(milliseconds),
    advance,
    async sleep(seconds, signal) {
      signal?.throwIfAborted();
      advance(seconds);
    },
  };
}

/** An account for one test, in which resources are made as the CloudFormation engine makes them, one after another. */
export type AccountFixture = {
  world: AwsWorld;
  clock: SteppedClock;
  region: string;
  create(type: string, properties: Record<string, unknown>, logicalId?: string): Promise<ResourceState>;
  update(
    type: string,
    state: ResourceState,
    properties: { from: Record<string, unknown>; to: Record<string, unknown>; policy?: Record<string, unknown> },
  ): Promise<ResourceState>;
  remove(type: string, physicalId: string, properties?: Record<string, unknown>): Promise<void>;
  call<Output = Record<string, unknown>>(service: ServiceModule, operation: string, input?: object): Promise<Output>;
  close(): void;
};

/** @param existing a world whose clock is a stepped one; default: a world of its own */
export function openAccount(
  types: readonly ResourceType[],
  existing?: { world: AwsWorld; clock: SteppedClock },
): AccountFixture {
  if (existing) return { ...accountIn(existing.world, existing.clock, types), close: () => undefined };
  const clock = createSteppedClock();
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-account-'));
  const world = createWorld({ accountId: '123456789012', clock, folder });
  return {
    ...accountIn(world, clock, types),
    close() {
      world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const region = 'us-west-2';

function accountIn(
  world: AwsWorld,
  clock: SteppedClock,
  types: readonly ResourceType[],
): Omit<AccountFixture, 'close'> {
  let names = 0;
  const base = (properties: Record<string, unknown>, logicalId: string) => ({
    ...{ world, region, properties, logicalId, stackName: 'sar-cluster' },
    stackId: `arn:aws:cloudformation:${region}:${world.accountId}:stack/sar-cluster/1`,
    stackTags: { 'osl-billing': 'sar' },
  });
  return {
    ...{ world, clock, region },
    async create(name, properties, logicalId = 'Resource') {
      const type = findType(types, name);
      const request = base(properties, logicalId);
      const state = await type.create({ ...request, generateName: () => `sar-cluster-${logicalId}-${++names}` });
      clock.advance(type.seconds.create);
      await type.created?.({ ...request, physicalId: state.physicalId });
      return state;
    },
    async update(name, state, { from, to, policy }) {
      const type = findType(types, name);
      if (!type.update) throw new Error(`${name} cannot be updated.`);
      const request = { ...base(to, 'Resource'), physicalId: state.physicalId, previousProperties: from };
      const changed = await type.update({ ...request, ...(policy ? { updatePolicy: policy } : {}) });
      clock.advance(type.seconds.update);
      return changed;
    },
    async remove(name, physicalId, properties = {}) {
      const type = findType(types, name);
      await type.delete({ ...base(properties, 'Resource'), physicalId });
      clock.advance(type.seconds.delete);
    },
    call: (service, operation, input = {}) => callOperation(world, service, operation, input),
  };
}

function findType(types: readonly ResourceType[], name: string): ResourceType {
  const type = types.find((each) => each.type === name);
  if (!type) throw new Error(`There is no resource type ${name}.`);
  return type;
}

async function callOperation<Output>(
  world: AwsWorld,
  service: ServiceModule,
  operation: string,
  input: object,
): Promise<Output> {
  const run = service.operations[operation] as Operation<object> | undefined;
  if (!run) throw new Error(`There is no operation ${operation}.`);
  return (await run(input, { world, region, principal: undefined, requestId: 'request' })) as Output;
}

/** The error AWS would answer with: its code and message. */
export async function refusalOf(attempt: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error('It was not refused.');
}
