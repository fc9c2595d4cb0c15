import type { AwsWorld, StateKey } from '../../world.ts';
import { addDefaultVpc } from './default-vpc.ts';
import type { Ec2Kind, Ec2Resource, Ec2State } from './ec2-resource.ts';

const emptyState = (): Ec2State => ({
  vpc: new Map(),
  'internet-gateway': new Map(),
  subnet: new Map(),
  'route-table': new Map(),
  natgateway: new Map(),
  'elastic-ip': new Map(),
  'vpc-endpoint': new Map(),
  'security-group': new Map(),
  'network-interface': new Map(),
  'launch-template': new Map(),
  instance: new Map(),
  volume: new Map(),
  snapshot: new Map(),
});

/** A new account has a default VPC in every region (vpc/latest/userguide/default-vpc.html). */
const ec2StateKey: StateKey<Ec2State> = {
  id: 'ec2',
  create: (world, region) => addDefaultVpc(world, region, emptyState()),
};

/** The region's state as of now: resources whose deletion has finished are no longer in it. */
export function ec2State(world: AwsWorld, region: string): Ec2State {
  const state = world.state(ec2StateKey, region);
  const now = world.clock.now();
  for (const resources of Object.values(state)) dropGone(resources, now);
  return state;
}

function dropGone(resources: Map<string, Ec2Resource>, now: Date): void {
  for (const [id, { goneAt }] of resources) if (goneAt !== undefined && goneAt <= now) resources.delete(id);
}

/** Snapshots are the one kind whose ARN has no account (Service Authorization Reference, Amazon EC2). */
export const ec2Arn = (world: AwsWorld, region: string, kind: Ec2Kind, id: string): string =>
  `arn:aws:ec2:${region}:${kind === 'snapshot' ? '' : world.accountId}:${kind}/${id}`;

/** The virtual time in `seconds`. */
export const after = (world: AwsWorld, seconds: number): Date => new Date(world.clock.now().getTime() + seconds * 1000);

/** Whether that virtual time has come. */
export const isPast = (world: AwsWorld, time: Date): boolean => time <= world.clock.now();
