import { AwsError } from '../../service.ts';
import { parseCidr } from './cidr-block.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Ec2State, SecurityGroup, SecurityRule } from './ec2-resource.ts';
import { optionalInteger, optionalText, type Properties, requiredText } from './property-values.ts';
import { newId } from './resource-id.ts';

export type Direction = 'ingress' | 'egress';

/** Protocols by name; everything else must be a protocol number (API_IpPermission.html). */
const NAMED_PROTOCOLS: readonly string[] = ['tcp', 'udp', 'icmp', 'icmpv6', '-1'];

/**
 * Reads one rule as the `SecurityGroupIngress`/`SecurityGroupEgress` properties and resource types have it.
 * @throws AwsError InvalidParameterValue, InvalidGroup.NotFound, MissingParameter
 */
export function readRule(state: Ec2State, rule: Properties, direction: Direction): SecurityRule {
  const protocol = requiredText(rule, 'IpProtocol').toLowerCase();
  if (!NAMED_PROTOCOLS.includes(protocol) && !/^\d{1,3}$/.test(protocol)) {
    throw new AwsError('InvalidPermission.Malformed', `Invalid value '${protocol}' for IP protocol.`);
  }
  const [fromPort, toPort] = portsOf(rule, protocol);
  return {
    id: newId('sgr'),
    protocol,
    fromPort,
    toPort,
    peer: peerOf(state, rule, direction),
    description: optionalText(rule, 'Description'),
  };
}

function portsOf(rule: Properties, protocol: string): [number, number] {
  if (protocol === '-1') return [-1, -1];
  const [from, to] = [optionalInteger(rule, 'FromPort'), optionalInteger(rule, 'ToPort')];
  if (from === undefined || to === undefined) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with ${protocol.toUpperCase()}.' for portRange.`,
    );
  }
  if (from > to || to > 65_535)
    throw new AwsError('InvalidParameterValue', `Invalid TCP/UDP port range (${from}:${to})`);
  return [from, to];
}

/** A rule names exactly one peer (API_AuthorizeSecurityGroupIngress.html). */
function peerOf(state: Ec2State, rule: Properties, direction: Direction): string {
  const groupProperty = direction === 'ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId';
  const listProperty = direction === 'ingress' ? 'SourcePrefixListId' : 'DestinationPrefixListId';
  const groupId = optionalText(rule, groupProperty);
  const cidr = optionalText(rule, 'CidrIp');
  const peers = [groupId, cidr, optionalText(rule, 'CidrIpv6'), optionalText(rule, listProperty)];
  const [peer, ...others] = peers.filter((each) => each !== undefined);
  if (peer === undefined || others.length > 0) {
    throw new AwsError(
      'InvalidParameterValue',
      'Exactly one of a CIDR block, a prefix list and a security group must be specified.',
    );
  }
  if (groupId !== undefined) findById(state['security-group'], groupId, MISSING['security-group']);
  if (cidr !== undefined && !parseCidr(cidr)) {
    throw new AwsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
  }
  return peer;
}

/** @throws AwsError InvalidPermission.Duplicate */
export function addRule(group: SecurityGroup, direction: Direction, rule: SecurityRule): void {
  if (group[direction].some((other) => sameTraffic(other, rule))) {
    const ports =
      rule.protocol === '-1'
        ? 'ALL'
        : `${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}`;
    throw new AwsError(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${rule.peer}, ${ports}, ALLOW" already exists`,
    );
  }
  group[direction].push(rule);
}

/** Whether two rules allow the same traffic; descriptions do not count. */
export const sameTraffic = (one: SecurityRule, other: SecurityRule): boolean =>
  one.protocol === other.protocol &&
  one.fromPort === other.fromPort &&
  one.toPort === other.toPort &&
  one.peer === other.peer;

/** Whether a group's inbound rules let TCP traffic from a peer (a group's id, or any address) to a port through. */
export function allowsInbound(group: SecurityGroup, port: number, peers: readonly string[]): boolean {
  return group.ingress.some(
    ({ protocol, fromPort, toPort, peer }) =>
      (protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort)) &&
      (peer === '0.0.0.0/0' || peers.includes(peer)),
  );
}
