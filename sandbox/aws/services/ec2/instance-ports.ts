import type { AwsWorld, StateKey } from '../../world.ts';

/** Says whether a program on an instance answers on a TCP port. */
export type PortProbe = (instanceId: string, port: number) => boolean;

const probesKey: StateKey<PortProbe[]> = { id: 'ec2-port-probes', create: () => [] };

/** Lets whatever runs programs on a region's instances tell on which ports they answer. */
export function addPortProbe(world: AwsWorld, region: string, probe: PortProbe): void {
  world.state(probesKey, region).push(probe);
}

/** Whether anything on the instance answers on the port, as a health check finds out. */
export const answersOn = (world: AwsWorld, region: string, instanceId: string, port: number): boolean =>
  world.state(probesKey, region).some((probe) => probe(instanceId, port));
