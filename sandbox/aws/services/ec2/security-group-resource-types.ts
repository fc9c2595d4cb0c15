import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { anyRule } from './default-vpc.ts';
import { dependentsOfGroup, refuseDependents } from './dependencies.ts';
import { findById, MISSING } from './describe-page.ts';
import type { SecurityGroup, SecurityRule } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { optionalText, recordList, requiredText } from './property-values.ts';
import { newId } from './resource-id.ts';
import { addRule, type Direction, readRule, sameTraffic } from './security-rules.ts';

/**
 * CreateSecurityGroup: a group that lets everything out and nothing in.
 * @throws AwsError InvalidVpcID.NotFound, InvalidGroup.Duplicate, InvalidParameterValue
 */
export function makeGroup(
  world: AwsWorld,
  region: string,
  made: { name: string; description: string; vpcId: string; tags: Record<string, string> },
): SecurityGroup {
  const state = ec2State(world, region);
  findById(state.vpc, made.vpcId, MISSING.vpc);
  if (made.name.startsWith('sg-')) {
    throw new AwsError(
      'InvalidParameterValue',
      `Invalid value '${made.name}' for groupName. Group names may not be in the format sg-*.`,
    );
  }
  // API_CreateSecurityGroup.html: names and descriptions have up to 255 of these characters.
  if (!/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(made.description)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${made.description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
  for (const other of state['security-group'].values()) {
    if (other.vpcId !== made.vpcId || other.name !== made.name) continue;
    throw new AwsError(
      'InvalidGroup.Duplicate',
      `The security group '${made.name}' already exists for VPC '${made.vpcId}'`,
    );
  }
  const group: SecurityGroup = {
    ...made,
    id: newId('sg'),
    createdAt: world.clock.now(),
    ingress: [],
    egress: [anyRule('0.0.0.0/0')],
  };
  state['security-group'].set(group.id, group);
  return group;
}

function createGroup(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const group = makeGroup(world, region, {
    name: optionalText(properties, 'GroupName') ?? request.generateName({ maxLength: 255 }),
    description: requiredText(properties, 'GroupDescription'),
    vpcId: requiredText(properties, 'VpcId'),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
  });
  setInlineRules(group, request);
  return groupState(group);
}

function updateGroup(request: UpdateRequest): ResourceState {
  const group = findById(
    ec2State(request.world, request.region)['security-group'],
    request.physicalId,
    MISSING['security-group'],
  );
  group.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  setInlineRules(group, request);
  return groupState(group);
}

/**
 * Replaces the rules that stood in the template by those that stand in it now. Egress rules in the template take the
 * place of the rule that lets everything out (AWS::EC2::SecurityGroup, SecurityGroupEgress).
 */
function setInlineRules(group: SecurityGroup, request: CreateRequest | UpdateRequest): void {
  const state = ec2State(request.world, request.region);
  const previous = 'previousProperties' in request ? request.previousProperties : {};
  for (const direction of ['ingress', 'egress'] as const) {
    const property = direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
    const old = recordList(previous, property).map((rule) => readRule(state, rule, direction));
    const everything =
      direction === 'egress' && recordList(request.properties, property).length > 0 ? [anyRule('0.0.0.0/0')] : [];
    const replaced = [...old, ...everything];
    group[direction] = group[direction].filter((rule) => !replaced.some((other) => sameTraffic(rule, other)));
    for (const rule of recordList(request.properties, property))
      addRule(group, direction, readRule(state, rule, direction));
  }
}

function readGroup({ world, region, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  const group = ec2State(world, region)['security-group'].get(physicalId);
  if (group === undefined) return undefined;
  return {
    SecurityGroupIngress: group.ingress.map((rule) => ruleProperties(rule, 'Source')),
    SecurityGroupEgress: group.egress.map((rule) => ruleProperties(rule, 'Destination')),
  };
}

function ruleProperties(rule: SecurityRule, side: 'Source' | 'Destination'): Record<string, unknown> {
  const { protocol, fromPort, toPort, peer, description } = rule;
  const list = peer.startsWith('pl-') ? `${side}PrefixListId` : peer.includes(':') ? 'CidrIpv6' : 'CidrIp';
  return {
    IpProtocol: protocol,
    FromPort: fromPort,
    ToPort: toPort,
    [peer.startsWith('sg-') ? `${side}SecurityGroupId` : list]: peer,
    Description: description,
  };
}

const groupState = ({ id, vpcId }: SecurityGroup): ResourceState => ({
  physicalId: id,
  attributes: { GroupId: id, Id: id, VpcId: vpcId },
});

/**
 * DeleteSecurityGroup; what is gone already is no error.
 * @throws AwsError CannotDelete, DependencyViolation
 */
export function removeGroup(world: AwsWorld, region: string, groupId: string): void {
  const groups = ec2State(world, region)['security-group'];
  const group = groups.get(groupId);
  if (!group) return;
  if (group.name === 'default') {
    throw new AwsError('CannotDelete', `the specified group: "${groupId}" name: "default" cannot be deleted by a user`);
  }
  refuseDependents(dependentsOfGroup(world, region, groupId), `resource ${groupId} has a dependent object`);
  groups.delete(groupId);
}

const ruleType = (direction: Direction): ResourceType => ({
  type: direction === 'ingress' ? 'AWS::EC2::SecurityGroupIngress' : 'AWS::EC2::SecurityGroupEgress',
  seconds: { create: 3, update: 3, delete: 3 },
  create({ world, region, properties }) {
    const state = ec2State(world, region);
    const group = findById(state['security-group'], requiredText(properties, 'GroupId'), MISSING['security-group']);
    const rule = readRule(state, properties, direction);
    addRule(group, direction, rule);
    return { physicalId: rule.id, attributes: { Id: rule.id } };
  },
  update({ world, region, properties, physicalId }) {
    const group = ec2State(world, region)['security-group'].get(requiredText(properties, 'GroupId'));
    const rule = group?.[direction].find(({ id }) => id === physicalId);
    if (rule) rule.description = optionalText(properties, 'Description');
    return { physicalId, attributes: { Id: physicalId } };
  },
  read({ world, region, properties, physicalId }) {
    const group = ec2State(world, region)['security-group'].get(String(properties['GroupId']));
    const rule = group?.[direction].find(({ id }) => id === physicalId);
    return rule && { Description: rule.description };
  },
  delete({ world, region, properties, physicalId }) {
    const group = ec2State(world, region)['security-group'].get(String(properties['GroupId']));
    if (group) group[direction] = group[direction].filter(({ id }) => id !== physicalId);
  },
});

/** AWS::EC2::SecurityGroup, SecurityGroupIngress and SecurityGroupEgress. */
export const securityGroupResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::SecurityGroup',
    seconds: { create: 6, update: 5, delete: 2 },
    create: createGroup,
    update: updateGroup,
    read: readGroup,
    delete: ({ world, region, physicalId }: ExistingRequest) => removeGroup(world, region, physicalId),
  },
  ruleType('ingress'),
  ruleType('egress'),
];
