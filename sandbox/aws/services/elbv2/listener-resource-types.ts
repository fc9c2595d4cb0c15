import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { acmState } from '../acm/acm-state.ts';
import {
  optionalInteger,
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
} from '../ec2/property-values.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import {
  arnSuffix,
  elbv2State,
  findLoadBalancer,
  findTargetGroup,
  type Listener,
  type ListenerAction,
  loadBalancersOf,
} from './elbv2-state.ts';

function createListener(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const { listeners } = elbv2State(world, region);
  const balancer = findLoadBalancer(world, region, requiredText(properties, 'LoadBalancerArn'));
  const port = optionalInteger(properties, 'Port') ?? 0;
  if ([...listeners.values()].some((other) => other.loadBalancerArn === balancer.arn && other.port === port)) {
    throw new AwsError('DuplicateListener', 'A listener already exists on this port for this load balancer');
  }
  const id = `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${arnSuffix()}`;
  const settings = readListener(request, balancer.arn);
  const listener: Listener = { ...settings, arn: id, loadBalancerArn: balancer.arn, port, rules: new Map() };
  listeners.set(listener.arn, listener);
  return { physicalId: listener.arn, attributes: { ListenerArn: listener.arn } };
}

function updateListener(request: UpdateRequest): ResourceState {
  const listener = findListener(request, request.physicalId);
  Object.assign(listener, readListener(request, listener.loadBalancerArn));
  listener.port = optionalInteger(request.properties, 'Port') ?? listener.port;
  return { physicalId: listener.arn, attributes: { ListenerArn: listener.arn } };
}

/** @throws AwsError ListenerNotFound */
function findListener({ world, region }: CreateRequest | UpdateRequest, arn: string): Listener {
  const listener = elbv2State(world, region).listeners.get(arn);
  if (!listener) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  return listener;
}

function readListener(
  request: CreateRequest | UpdateRequest,
  balancerArn: string,
): Pick<Listener, 'protocol' | 'certificateArns' | 'sslPolicy' | 'actions' | 'tags'> {
  const { properties } = request;
  const protocol = optionalText(properties, 'Protocol') ?? 'HTTP';
  const certificateArns = recordList(properties, 'Certificates').map((each) => requiredText(each, 'CertificateArn'));
  // API_CreateListener.html, Certificates
  if ((protocol === 'HTTPS' || protocol === 'TLS') && certificateArns.length === 0) {
    throw new AwsError('ValidationError', `A certificate must be specified for ${protocol} listeners`);
  }
  for (const arn of certificateArns) checkCertificate(request, arn);
  return {
    protocol,
    certificateArns,
    sslPolicy: optionalText(properties, 'SslPolicy'),
    actions: recordList(properties, 'DefaultActions').map((action) => readAction(request, action, balancerArn)),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
  };
}

/** @throws AwsError CertificateNotFound, UnsupportedCertificate (API_CreateListener.html, Errors) */
function checkCertificate({ world, region }: CreateRequest | UpdateRequest, arn: string): void {
  const certificate = world.state(acmState, region).get(arn);
  if (!certificate) throw new AwsError('CertificateNotFound', `Certificate ARN '${arn}' is not valid`);
  if (certificate.status !== 'ISSUED' || certificate.notAfter <= world.clock.now()) {
    throw new AwsError(
      'UnsupportedCertificate',
      `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
  }
}

/** A target group belongs to one load balancer at a time (API_CreateListener.html, TargetGroupAssociationLimit). */
function readAction(
  { world, region }: CreateRequest | UpdateRequest,
  action: Properties,
  balancerArn: string,
): ListenerAction {
  const direct = optionalText(action, 'TargetGroupArn');
  const forwarded = recordList(optionalRecord(action, 'ForwardConfig'), 'TargetGroups').map((each) =>
    requiredText(each, 'TargetGroupArn'),
  );
  const targetGroupArns = [...new Set([...(direct === undefined ? [] : [direct]), ...forwarded])];
  for (const arn of targetGroupArns) {
    findTargetGroup(world, region, arn);
    if (loadBalancersOf(world, region, arn).some((other) => other !== balancerArn)) {
      throw new AwsError(
        'TargetGroupAssociationLimit',
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
    }
  }
  return { type: requiredText(action, 'Type'), targetGroupArns, given: { ...action } };
}

function createRule(request: CreateRequest): ResourceState {
  const listener = findListener(request, requiredText(request.properties, 'ListenerArn'));
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${arnSuffix()}`;
  listener.rules.set(arn, readRuleActions(request, listener));
  return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } };
}

function updateRule(request: UpdateRequest): ResourceState {
  const listener = findListener(request, requiredText(request.properties, 'ListenerArn'));
  listener.rules.set(request.physicalId, readRuleActions(request, listener));
  return { physicalId: request.physicalId, attributes: { RuleArn: request.physicalId, IsDefault: false } };
}

const readRuleActions = (request: CreateRequest | UpdateRequest, listener: Listener): ListenerAction[] =>
  recordList(request.properties, 'Actions').map((action) => readAction(request, action, listener.loadBalancerArn));

function readListenerProperties({ world, region, physicalId }: ExistingRequest): Properties | undefined {
  const listener = elbv2State(world, region).listeners.get(physicalId);
  if (listener === undefined) return undefined;
  const { port, protocol, sslPolicy, certificateArns, actions } = listener;
  return {
    ...{ Port: port, Protocol: protocol, SslPolicy: sslPolicy },
    Certificates: certificateArns.map((CertificateArn) => ({ CertificateArn })),
    DefaultActions: actions.map(({ given }) => given),
  };
}

/** AWS::ElasticLoadBalancingV2::Listener and ListenerRule. */
export const listenerResourceTypes: ResourceType[] = [
  {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createListener,
    update: updateListener,
    read: readListenerProperties,
    delete: ({ world, region, physicalId }: ExistingRequest) => {
      elbv2State(world, region).listeners.delete(physicalId);
    },
  },
  {
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createRule,
    update: updateRule,
    delete: ({ world, region, physicalId }: ExistingRequest) => {
      for (const { rules } of elbv2State(world, region).listeners.values()) rules.delete(physicalId);
    },
  },
];
