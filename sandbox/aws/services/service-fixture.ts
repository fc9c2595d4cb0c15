import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock } from '../../clock.ts';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../cloudformation/resource-type.ts';
import type { CallContext, Operation, ServiceModule } from '../service.ts';
import { type AwsWorld, createWorld } from '../world.ts';

/** A world of its own for one test, with shortcuts to call operations and resource types without a server. */
export type ServiceFixture = {
  world: AwsWorld;
  region: string;
  context: CallContext;
  call(service: ServiceModule, operation: string, input?: object): Promise<Record<string, unknown>>;
  create(type: ResourceType, properties: Record<string, unknown>): Promise<ResourceState>;
  /** Lets the creation end. */
  finish(type: ResourceType, physicalId: string, properties?: Record<string, unknown>): Promise<void>;
  update(type: ResourceType, physicalId: string, properties: Record<string, unknown>): Promise<ResourceState>;
  remove(type: ResourceType, physicalId: string, properties?: Record<string, unknown>): Promise<void>;
};

/** @param scale virtual seconds per real second; the default lets an hour of waiting pass in a few milliseconds */
export function openServiceFixture(scale = 1_000_000): ServiceFixture & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-service-'));
  const world = createWorld({ accountId: '123456789012', clock: createVirtualClock(scale), folder });
  return {
    ...fixtureOf(world),
    close() {
      world.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The same shortcuts for a world that exists. */
export function fixtureOf(world: AwsWorld): ServiceFixture {
  const region = 'us-west-2';
  const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
  const arn = 'arn:aws:iam::123456789012:user/administrator';
  const principal = { arn, accountId: world.accountId, userId: 'AIDACKCEVSQ6C2EXAMPLE', accessKeyId };
  const context: CallContext = { world, region, principal, requestId: 'request' };
  const base = (properties: Record<string, unknown>) => ({
    world,
    region,
    stackName: 'stack',
    stackId: 'arn:aws:cloudformation:us-west-2:123456789012:stack/stack/1',
    logicalId: 'Resource',
    properties,
    stackTags: { 'osl-billing': 'sar' },
  });
  return {
    world,
    region,
    context,
    async call(service, operation, input = {}) {
      const run = service.operations[operation] as Operation<object, Record<string, unknown>> | undefined;
      if (!run) throw new Error(`There is no operation ${operation}.`);
      return run(input, context);
    },
    async create(type, properties) {
      const request: CreateRequest = { ...base(properties), generateName: () => 'stack-resource-abc123' };
      return type.create(request);
    },
    async finish(type, physicalId, properties = {}) {
      if (!type.created) throw new Error(`${type.type} is there at once.`);
      await type.created({ ...base(properties), physicalId });
    },
    async update(type, physicalId, properties) {
      if (!type.update) throw new Error(`${type.type} cannot be updated.`);
      const request: UpdateRequest = { ...base(properties), physicalId, previousProperties: {} };
      return type.update(request);
    },
    async remove(type, physicalId, properties = {}) {
      const request: ExistingRequest = { ...base(properties), physicalId };
      await type.delete(request);
    },
  };
}

/** The resource type of that name. */
export function resourceType(types: readonly ResourceType[], name: string): ResourceType {
  const type = types.find((each) => each.type === name);
  if (!type) throw new Error(`There is no resource type ${name}.`);
  return type;
}
