import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { quotaValue } from '../service-quotas/service-quotas-state.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { parseCidr } from './cidr-block.ts';
import { addVpc } from './default-vpc.ts';
import { dependentsOfVpc, mappedPublicAddresses, refuseDependents } from './dependencies.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Vpc } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { optionalFlag, optionalText, requiredText } from './property-values.ts';
import { newId } from './resource-id.ts';

function createVpc(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::EC2::VPC', properties, ['Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'VpcEncryptionControl']);
  const state = ec2State(world, region);
  const cidrBlock = requiredText(properties, 'CidrBlock');
  const block = parseCidr(cidrBlock);
  // A VPC's block is between /28 and /16 (API_CreateVpc.html).
  if (!block || block.prefix < 16 || block.prefix > 28) {
    throw new AwsError('InvalidVpc.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  if (state.vpc.size >= quotaValue(world, region, 'vpc', 'L-F678F1CE')) {
    throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  }
  const id = addVpc(world, state, {
    cidrBlock,
    isDefault: false,
    enableDnsSupport: optionalFlag(properties, 'EnableDnsSupport', true),
    enableDnsHostnames: optionalFlag(properties, 'EnableDnsHostnames', false),
  });
  const vpc = findById(state.vpc, id, MISSING.vpc);
  vpc.tags = mergeResourceTags(properties['Tags'], request.stackTags);
  return describeVpc(vpc);
}

function updateVpc(request: UpdateRequest): ResourceState {
  const { world, region, properties, physicalId } = request;
  const vpc = findById(ec2State(world, region).vpc, physicalId, MISSING.vpc);
  vpc.enableDnsSupport = optionalFlag(properties, 'EnableDnsSupport', true);
  vpc.enableDnsHostnames = optionalFlag(properties, 'EnableDnsHostnames', false);
  vpc.tags = mergeResourceTags(properties['Tags'], request.stackTags);
  return describeVpc(vpc);
}

function deleteVpc({ world, region, physicalId }: ExistingRequest): void {
  const state = ec2State(world, region);
  const vpc = state.vpc.get(physicalId);
  if (!vpc) return;
  const message = `The vpc '${physicalId}' has dependencies and cannot be deleted.`;
  refuseDependents(dependentsOfVpc(world, region, physicalId), message);
  state.vpc.delete(physicalId);
  state['security-group'].delete(vpc.defaultGroupId);
  state['route-table'].delete(vpc.mainRouteTableId);
}

const describeVpc = (vpc: Vpc): ResourceState => ({
  physicalId: vpc.id,
  attributes: {
    VpcId: vpc.id,
    CidrBlock: vpc.cidrBlock,
    DefaultSecurityGroup: vpc.defaultGroupId,
    DefaultNetworkAcl: `acl-${vpc.id.slice('vpc-'.length)}`,
    CidrBlockAssociations: [`vpc-cidr-assoc-${vpc.id.slice('vpc-'.length)}`],
    Ipv6CidrBlocks: [],
  },
});

function createInternetGateway(request: CreateRequest): ResourceState {
  const id = newId('igw');
  ec2State(request.world, request.region)['internet-gateway'].set(id, {
    id,
    createdAt: request.world.clock.now(),
    tags: mergeResourceTags(request.properties['Tags'], request.stackTags),
    vpcId: undefined,
  });
  return { physicalId: id, attributes: { InternetGatewayId: id } };
}

function updateInternetGateway(request: UpdateRequest): ResourceState {
  const gateways = ec2State(request.world, request.region)['internet-gateway'];
  const gateway = findById(gateways, request.physicalId, MISSING['internet-gateway']);
  gateway.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return { physicalId: gateway.id, attributes: { InternetGatewayId: gateway.id } };
}

function deleteInternetGateway({ world, region, physicalId }: ExistingRequest): void {
  const gateways = ec2State(world, region)['internet-gateway'];
  const gateway = gateways.get(physicalId);
  if (!gateway) return;
  const message = `The internetGateway '${physicalId}' has dependencies and cannot be deleted.`;
  refuseDependents(gateway.vpcId === undefined ? [] : [gateway.vpcId], message);
  gateways.delete(physicalId);
}

/** A VPC has at most one internet gateway (API_AttachInternetGateway.html). */
function attachGateway({ world, region, properties }: CreateRequest): ResourceState {
  const state = ec2State(world, region);
  const vpc = findById(state.vpc, requiredText(properties, 'VpcId'), MISSING.vpc);
  const gatewayId = optionalText(properties, 'InternetGatewayId');
  if (gatewayId === undefined) {
    throw new AwsError('InvalidRequest', 'The sandbox attaches internet gateways only: InternetGatewayId is missing.');
  }
  const gateway = findById(state['internet-gateway'], gatewayId, MISSING['internet-gateway']);
  const attached = [...state['internet-gateway'].values()].find((each) => each.vpcId === vpc.id);
  if (attached) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `resource ${attached.id} is already attached to network ${vpc.id}`,
    );
  }
  gateway.vpcId = vpc.id;
  // The primary identifier is AttachmentType|VpcId (AWS::EC2::VPCGatewayAttachment, Return values).
  return { physicalId: `IGW|${vpc.id}`, attributes: { AttachmentType: 'IGW' } };
}

function detachGateway({ world, region, physicalId }: ExistingRequest): void {
  const vpcId = physicalId.split('|')[1] ?? '';
  const attached = [...ec2State(world, region)['internet-gateway'].values()].find((each) => each.vpcId === vpcId);
  if (!attached) return;
  const message = `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
  refuseDependents(mappedPublicAddresses(world, region, vpcId), message);
  attached.vpcId = undefined;
}

function readAttachment({
  world,
  region,
  physicalId,
  properties,
}: ExistingRequest): Record<string, unknown> | undefined {
  const gateway = ec2State(world, region)['internet-gateway'].get(String(properties['InternetGatewayId']));
  return gateway?.vpcId === physicalId.split('|')[1] ? {} : undefined;
}

const copyOf = (vpc: Vpc | undefined): Record<string, unknown> | undefined => vpc && { ...vpc };

/** AWS::EC2::VPC, InternetGateway and VPCGatewayAttachment. */
export const vpcResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::VPC',
    seconds: { create: 10, update: 5, delete: 2 },
    create: createVpc,
    update: updateVpc,
    read: ({ world, region, physicalId }) => copyOf(ec2State(world, region).vpc.get(physicalId)),
    delete: deleteVpc,
  },
  {
    type: 'AWS::EC2::InternetGateway',
    // CloudFormation reports a new gateway complete after about 15 seconds; seen in every VPC stack's events.
    seconds: { create: 15, update: 2, delete: 2 },
    create: createInternetGateway,
    update: updateInternetGateway,
    read: ({ world, region, physicalId }) =>
      ec2State(world, region)['internet-gateway'].has(physicalId) ? {} : undefined,
    delete: deleteInternetGateway,
  },
  {
    type: 'AWS::EC2::VPCGatewayAttachment',
    seconds: { create: 5, update: 5, delete: 5 },
    create: attachGateway,
    read: readAttachment,
    delete: detachGateway,
  },
];
