import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { ec2State } from '../ec2/ec2-state.ts';
import {
  optionalInteger,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import {
  arnSuffix,
  checkName,
  elbv2State,
  findLoadBalancer,
  findTargetGroup,
  HOSTED_ZONES,
  type LoadBalancer,
  loadBalancersOf,
  type TargetGroup,
} from './elbv2-state.ts';
import { listenerResourceTypes } from './listener-resource-types.ts';
import { makeLoadBalancer, removeLoadBalancer, removeTargetGroup } from './load-balancers.ts';

/** `LoadBalancerAttributes` and `TargetGroupAttributes`: a list of keys and values. */
const attributesOf = (properties: Properties, name: string): Record<string, string> =>
  Object.fromEntries(
    recordList(properties, name).map((each) => [requiredText(each, 'Key'), optionalText(each, 'Value') ?? '']),
  );

function createLoadBalancer(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', properties, [
    'Ipv4IpamPoolId',
    'MinimumLoadBalancerCapacity',
  ]);
  const type = optionalText(properties, 'Type') ?? 'application';
  if (type !== 'application' && type !== 'network') {
    throw new AwsError('ValidationError', `The sandbox has no load balancers of type '${type}'`);
  }
  const mapped = recordList(properties, 'SubnetMappings').map((each) => requiredText(each, 'SubnetId'));
  const balancer = makeLoadBalancer(world, region, {
    name: optionalText(properties, 'Name') ?? request.generateName({ maxLength: 32 }),
    type,
    scheme: optionalText(properties, 'Scheme') === 'internal' ? 'internal' : 'internet-facing',
    subnetIds: [...textList(properties, 'Subnets'), ...mapped],
    groupIds: textList(properties, 'SecurityGroups'),
    attributes: attributesOf(properties, 'LoadBalancerAttributes'),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
  });
  return loadBalancerState(balancer, region);
}

function updateLoadBalancer(request: UpdateRequest): ResourceState {
  const balancer = findLoadBalancer(request.world, request.region, request.physicalId);
  balancer.attributes = attributesOf(request.properties, 'LoadBalancerAttributes');
  balancer.groupIds = textList(request.properties, 'SecurityGroups');
  for (const held of ec2State(request.world, request.region)['network-interface'].values()) {
    if (held.attachedTo === balancer.arn) held.groupIds = balancer.groupIds;
  }
  balancer.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return loadBalancerState(balancer, request.region);
}

const loadBalancerState = (balancer: LoadBalancer, region: string): ResourceState => ({
  physicalId: balancer.arn,
  attributes: {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneID: HOSTED_ZONES[region] ?? '',
    LoadBalancerFullName: balancer.arn.split(':loadbalancer/')[1] ?? '',
    LoadBalancerName: balancer.name,
    SecurityGroups: balancer.groupIds,
  },
});

function createTargetGroup(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const { targetGroups } = elbv2State(world, region);
  const name = optionalText(properties, 'Name') ?? request.generateName({ maxLength: 32 });
  checkName('target group', name);
  if ([...targetGroups.values()].some((other) => other.name === name)) {
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  const targetType = optionalText(properties, 'TargetType') ?? 'instance';
  const [protocol, port] = [optionalText(properties, 'Protocol'), optionalInteger(properties, 'Port')];
  if (targetType !== 'lambda' && (protocol === undefined || port === undefined)) {
    throw new AwsError('ValidationError', 'A port and a protocol must be specified');
  }
  const group: TargetGroup = {
    arn: `arn:aws:elasticloadbalancing:${region}:${world.accountId}:targetgroup/${name}/${arnSuffix()}`,
    name,
    protocol: protocol ?? '',
    port: port ?? 0,
    vpcId: optionalText(properties, 'VpcId'),
    targetType,
    healthCheck: { path: undefined, port: 'traffic-port', protocol: '' },
    targets: [],
    attributes: {},
    tags: {},
  };
  targetGroups.set(group.arn, group);
  return configureTargetGroup(group, request);
}

const updateTargetGroup = (request: UpdateRequest): ResourceState =>
  configureTargetGroup(findTargetGroup(request.world, request.region, request.physicalId), request);

function configureTargetGroup(group: TargetGroup, request: CreateRequest | UpdateRequest): ResourceState {
  const { properties } = request;
  group.healthCheck = {
    path: optionalText(properties, 'HealthCheckPath'),
    port: optionalText(properties, 'HealthCheckPort') ?? 'traffic-port',
    protocol: optionalText(properties, 'HealthCheckProtocol') ?? group.protocol,
  };
  group.targets = recordList(properties, 'Targets').map((each) => ({
    id: requiredText(each, 'Id'),
    port: optionalInteger(each, 'Port'),
  }));
  group.attributes = attributesOf(properties, 'TargetGroupAttributes');
  group.tags = mergeResourceTags(properties['Tags'], request.stackTags);
  return {
    physicalId: group.arn,
    attributes: {
      TargetGroupArn: group.arn,
      TargetGroupName: group.name,
      TargetGroupFullName: group.arn.slice(group.arn.indexOf(':targetgroup/') + 1),
      LoadBalancerArns: loadBalancersOf(request.world, request.region, group.arn),
    },
  };
}

/** Attributes that the template names; a load balancer shows all it has. */
const namedAttributes = (properties: Properties, name: string, attributes: Readonly<Record<string, string>>) =>
  Object.keys(attributesOf(properties, name)).map((Key) => ({ Key, Value: attributes[Key] ?? '' }));

function readLoadBalancer({ world, region, physicalId, properties }: ExistingRequest): Properties | undefined {
  const balancer = elbv2State(world, region).loadBalancers.get(physicalId);
  if (balancer === undefined) return undefined;
  const LoadBalancerAttributes = namedAttributes(properties, 'LoadBalancerAttributes', balancer.attributes);
  return { SecurityGroups: balancer.groupIds, LoadBalancerAttributes };
}

function readTargetGroup({ world, region, physicalId, properties }: ExistingRequest): Properties | undefined {
  const group = elbv2State(world, region).targetGroups.get(physicalId);
  if (group === undefined) return undefined;
  const { path, port, protocol } = group.healthCheck;
  return {
    ...{ HealthCheckPath: path, HealthCheckPort: port, HealthCheckProtocol: protocol },
    TargetGroupAttributes: namedAttributes(properties, 'TargetGroupAttributes', group.attributes),
  };
}

/** The CloudFormation types of Elastic Load Balancing version 2 that the sandbox has. */
export const elbv2ResourceTypes: ResourceType[] = [
  {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    // `provisioning` lasts two to three minutes
    // (elasticloadbalancing/latest/application/application-load-balancers.html, load balancer state).
    seconds: { create: 120, update: 10, delete: 30 },
    create: createLoadBalancer,
    created: ({ world, region, physicalId }: ExistingRequest) => {
      findLoadBalancer(world, region, physicalId).readyAt = world.clock.now();
    },
    update: updateLoadBalancer,
    read: readLoadBalancer,
    delete: ({ world, region, physicalId }: ExistingRequest) => removeLoadBalancer(world, region, physicalId),
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    seconds: { create: 5, update: 5, delete: 2 },
    create: createTargetGroup,
    update: updateTargetGroup,
    read: readTargetGroup,
    delete: ({ world, region, physicalId }: ExistingRequest) => removeTargetGroup(world, region, physicalId),
  },
  ...listenerResourceTypes,
];
