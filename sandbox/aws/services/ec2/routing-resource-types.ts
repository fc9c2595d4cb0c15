import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { parseCidr } from './cidr-block.ts';
import { refuseDependents } from './dependencies.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Ec2State, RouteTable } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { optionalText, type Properties, requiredText } from './property-values.ts';
import { newId } from './resource-id.ts';

function createRouteTable(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const state = ec2State(world, region);
  const vpc = findById(state.vpc, requiredText(properties, 'VpcId'), MISSING.vpc);
  const id = newId('rtb');
  state['route-table'].set(id, {
    id,
    createdAt: world.clock.now(),
    tags: mergeResourceTags(properties['Tags'], request.stackTags),
    vpcId: vpc.id,
    main: false,
    routes: [{ destination: vpc.cidrBlock, target: 'local' }],
    associations: new Map(),
  });
  return { physicalId: id, attributes: { RouteTableId: id } };
}

function updateRouteTable(request: UpdateRequest): ResourceState {
  const table = tableOf(ec2State(request.world, request.region), request.physicalId);
  table.tags = mergeResourceTags(request.properties['Tags'], request.stackTags);
  return { physicalId: table.id, attributes: { RouteTableId: table.id } };
}

/** A table with associations cannot be deleted (API_DeleteRouteTable.html). */
function deleteRouteTable({ world, region, physicalId }: ExistingRequest): void {
  const tables = ec2State(world, region)['route-table'];
  const table = tables.get(physicalId);
  if (!table) return;
  const message = `The routeTable '${physicalId}' has dependencies and cannot be deleted.`;
  refuseDependents([...table.associations.keys()], message);
  tables.delete(physicalId);
}

const tableOf = (state: Ec2State, id: string): RouteTable => findById(state['route-table'], id, MISSING['route-table']);

/**
 * The id that the physical id starts with: `RouteTableId|Destination`
 * (AWS::EC2::Route, Return values).
 */
function createRoute({ world, region, properties }: CreateRequest): ResourceState {
  const state = ec2State(world, region);
  const table = tableOf(state, requiredText(properties, 'RouteTableId'));
  const destination = destinationOf(properties);
  const target = targetOf(state, table, properties);
  if (table.routes.some((route) => route.destination === destination)) {
    throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
  }
  table.routes.push({ destination, target });
  return { physicalId: `${table.id}|${destination}`, attributes: { CidrBlock: destination } };
}

function updateRoute({ world, region, properties, physicalId }: UpdateRequest): ResourceState {
  const state = ec2State(world, region);
  const table = tableOf(state, requiredText(properties, 'RouteTableId'));
  const destination = destinationOf(properties);
  const target = targetOf(state, table, properties);
  table.routes = table.routes.map((route) => (route.destination === destination ? { destination, target } : route));
  return { physicalId, attributes: { CidrBlock: destination } };
}

function deleteRoute({ world, region, physicalId }: ExistingRequest): void {
  const [tableId = '', destination = ''] = physicalId.split('|');
  const table = ec2State(world, region)['route-table'].get(tableId);
  if (table) table.routes = table.routes.filter((route) => route.destination !== destination);
}

function readRoute({ world, region, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  const [tableId = '', destination = ''] = physicalId.split('|');
  const route = ec2State(world, region)
    ['route-table'].get(tableId)
    ?.routes.find((each) => each.destination === destination);
  if (route === undefined) return undefined;
  const isNat = route.target.startsWith('nat-');
  return { NatGatewayId: isNat ? route.target : undefined, GatewayId: isNat ? undefined : route.target };
}

function destinationOf(properties: Properties): string {
  const destination =
    optionalText(properties, 'DestinationCidrBlock') ?? optionalText(properties, 'DestinationIpv6CidrBlock');
  if (destination === undefined || (!destination.includes(':') && !parseCidr(destination))) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${destination}) for parameter destinationCidrBlock is invalid.`,
    );
  }
  return destination;
}

/** The target must exist, and an internet gateway must be attached to the table's VPC (API_CreateRoute.html). */
function targetOf(state: Ec2State, table: RouteTable, properties: Properties): string {
  const natGatewayId = optionalText(properties, 'NatGatewayId');
  if (natGatewayId !== undefined) return findById(state.natgateway, natGatewayId, MISSING.natgateway).id;
  const gatewayId = optionalText(properties, 'GatewayId');
  if (gatewayId === undefined) {
    throw new AwsError('InvalidRequest', 'The sandbox routes to GatewayId and NatGatewayId only; neither is given.');
  }
  const gateway = findById(state['internet-gateway'], gatewayId, MISSING['internet-gateway']);
  if (gateway.vpcId !== table.vpcId) {
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.id} and network gateway ${gateway.id} belong to different networks`,
    );
  }
  return gateway.id;
}

/** A subnet has one route table at a time (API_AssociateRouteTable.html). */
function associate({ world, region, properties }: CreateRequest): ResourceState {
  const state = ec2State(world, region);
  const table = tableOf(state, requiredText(properties, 'RouteTableId'));
  const subnet = findById(state.subnet, requiredText(properties, 'SubnetId'), MISSING.subnet);
  for (const other of state['route-table'].values()) {
    for (const [id, subnetId] of other.associations) {
      if (subnetId !== subnet.id) continue;
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${table.id} conflicts with an existing association ${id}`,
      );
    }
  }
  const id = newId('rtbassoc');
  table.associations.set(id, subnet.id);
  return { physicalId: id, attributes: { Id: id } };
}

function disassociate({ world, region, physicalId }: ExistingRequest): void {
  for (const table of ec2State(world, region)['route-table'].values()) table.associations.delete(physicalId);
}

/** AWS::EC2::RouteTable, Route and SubnetRouteTableAssociation. */
export const routingResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::RouteTable',
    seconds: { create: 5, update: 2, delete: 2 },
    create: createRouteTable,
    update: updateRouteTable,
    read: ({ world, region, physicalId }) => (ec2State(world, region)['route-table'].has(physicalId) ? {} : undefined),
    delete: deleteRouteTable,
  },
  {
    type: 'AWS::EC2::Route',
    seconds: { create: 3, update: 3, delete: 3 },
    create: createRoute,
    update: updateRoute,
    read: readRoute,
    delete: deleteRoute,
  },
  {
    type: 'AWS::EC2::SubnetRouteTableAssociation',
    seconds: { create: 3, update: 3, delete: 3 },
    create: associate,
    read: ({ world, region, physicalId }) =>
      [...ec2State(world, region)['route-table'].values()].some(({ associations }) => associations.has(physicalId))
        ? {}
        : undefined,
    delete: disassociate,
  },
];
