import type { TargetHealth, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsWorld } from '../../world.ts';
import { autoScalingGroups, instancesOf } from '../auto-scaling/auto-scaling-state.ts';
import { ec2State } from '../ec2/ec2-state.ts';
import { answersOn } from '../ec2/instance-ports.ts';
import { instanceState } from '../ec2/instances.ts';
import { allowsInbound } from '../ec2/security-rules.ts';
import { elbv2State, loadBalancersOf, type TargetGroup } from './elbv2-state.ts';

/** The targets of a group: those named in the template, and the instances of every Auto Scaling group attached to it. */
function targetsOf(world: AwsWorld, region: string, group: TargetGroup): { id: string; port: number }[] {
  const attached = [...autoScalingGroups(world, region).values()].filter(({ targetGroupArns }) =>
    targetGroupArns.includes(group.arn),
  );
  return [
    ...group.targets.map(({ id, port }) => ({ id, port: port ?? group.port })),
    ...attached.flatMap((scaling) => instancesOf(world, region, scaling)).map(({ id }) => ({ id, port: group.port })),
  ];
}

/** State and reason of each target, in the words of API_TargetHealth.html. */
export function targetHealth(world: AwsWorld, region: string, group: TargetGroup): TargetHealthDescription[] {
  const balancerArns = loadBalancersOf(world, region, group.arn);
  return targetsOf(world, region, group).map(({ id, port }) => ({
    Target: { Id: id, Port: port },
    HealthCheckPort: String(checkedPort(group, port)),
    TargetHealth: healthOf(world, region, { group, balancerArns, instanceId: id, port: checkedPort(group, port) }),
  }));
}

const checkedPort = (group: TargetGroup, port: number): number =>
  group.healthCheck.port === 'traffic-port' ? port : Number(group.healthCheck.port);

type Probe = { group: TargetGroup; balancerArns: string[]; instanceId: string; port: number };

function healthOf(world: AwsWorld, region: string, probe: Probe): TargetHealth {
  if (probe.balancerArns.length === 0) {
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  const ec2 = ec2State(world, region);
  const instance = ec2.instance.get(probe.instanceId);
  if (!instance)
    return { State: 'unused', Reason: 'Target.InvalidState', Description: 'Target is in the stopped state' };
  if (instanceState(world, instance).Name === 'pending') {
    return {
      State: 'initial',
      Reason: 'Elb.RegistrationInProgress',
      Description: 'Target registration is in progress',
    };
  }
  const balancers = probe.balancerArns.map((arn) => elbv2State(world, region).loadBalancers.get(arn));
  const peers = balancers.flatMap((balancer) => balancer?.groupIds ?? []);
  const reachable = instance.groupIds.some((id) => {
    const group = ec2['security-group'].get(id);
    return group !== undefined && allowsInbound(group, probe.port, peers);
  });
  if (!reachable) return { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' };
  if (!answersOn(world, region, probe.instanceId, probe.port)) {
    return { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
  }
  return { State: 'healthy' };
}
