import type {
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  Route as SdkRoute,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../service.ts';
import { cidrSize, parseCidr } from './cidr-block.ts';
import { describePage, MISSING, pickById, tagList } from './describe-page.ts';
import type { Ec2State, Route, RouteTable } from './ec2-resource.ts';
import { ec2Arn, ec2State } from './ec2-state.ts';
import { findZone } from './zones.ts';

function describeVpcs(input: DescribeVpcsRequest, { world, region }: CallContext): DescribeVpcsResult {
  const vpcs = pickById(ec2State(world, region).vpc, input.VpcIds, MISSING.vpc);
  const { page, ...rest } = describePage(vpcs, input, {
    'vpc-id': ({ id }) => id,
    cidr: ({ cidrBlock }) => cidrBlock,
    'is-default': ({ isDefault }) => String(isDefault),
    state: () => 'available',
    'owner-id': () => world.accountId,
  });
  return {
    Vpcs: page.map((vpc) => ({
      VpcId: vpc.id,
      CidrBlock: vpc.cidrBlock,
      IsDefault: vpc.isDefault,
      State: 'available',
      OwnerId: world.accountId,
      InstanceTenancy: 'default',
      DhcpOptionsId: 'default',
      Tags: tagList(vpc.tags),
    })),
    ...rest,
  };
}

function describeSubnets(input: DescribeSubnetsRequest, { world, region }: CallContext): DescribeSubnetsResult {
  const subnets = pickById(ec2State(world, region).subnet, input.SubnetIds, MISSING.subnet);
  // Subnets that are made in the default network are no default ones, but here nobody makes any.
  const isDefault = ({ vpcId }: { vpcId: string }): boolean =>
    ec2State(world, region).vpc.get(vpcId)?.isDefault === true;
  const { page, ...rest } = describePage(subnets, input, {
    'default-for-az': (subnet) => String(isDefault(subnet)),
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'availability-zone': ({ zone }) => zone,
    'availability-zone-id': ({ zone }) => findZone(region, zone).id,
    'cidr-block': ({ cidrBlock }) => cidrBlock,
    'map-public-ip-on-launch': ({ mapPublicIp }) => String(mapPublicIp),
    state: () => 'available',
  });
  const inUse = [...ec2State(world, region)['network-interface'].values()];
  return {
    Subnets: page.map((subnet) => ({
      SubnetId: subnet.id,
      SubnetArn: ec2Arn(world, region, 'subnet', subnet.id),
      VpcId: subnet.vpcId,
      CidrBlock: subnet.cidrBlock,
      AvailabilityZone: subnet.zone,
      AvailabilityZoneId: findZone(region, subnet.zone).id,
      // Five addresses of every subnet are AWS's own (vpc/latest/userguide/subnet-sizing.html).
      AvailableIpAddressCount:
        cidrSize(parseCidr(subnet.cidrBlock)?.prefix ?? 32) -
        5 -
        inUse.filter(({ subnetId }) => subnetId === subnet.id).length,
      MapPublicIpOnLaunch: subnet.mapPublicIp,
      DefaultForAz: isDefault(subnet),
      State: 'available',
      OwnerId: world.accountId,
      Tags: tagList(subnet.tags),
    })),
    ...rest,
  };
}

function describeInternetGateways(
  input: DescribeInternetGatewaysRequest,
  { world, region }: CallContext,
): DescribeInternetGatewaysResult {
  const gateways = pickById(
    ec2State(world, region)['internet-gateway'],
    input.InternetGatewayIds,
    MISSING['internet-gateway'],
  );
  const { page, ...rest } = describePage(gateways, input, {
    'internet-gateway-id': ({ id }) => id,
    'attachment.vpc-id': ({ vpcId }) => vpcId,
    'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
  });
  return {
    InternetGateways: page.map((gateway) => ({
      InternetGatewayId: gateway.id,
      Attachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: 'available' as 'attached' }],
      OwnerId: world.accountId,
      Tags: tagList(gateway.tags),
    })),
    ...rest,
  };
}

function describeRouteTables(
  input: DescribeRouteTablesRequest,
  { world, region }: CallContext,
): DescribeRouteTablesResult {
  const tables = pickById(ec2State(world, region)['route-table'], input.RouteTableIds, MISSING['route-table']);
  const { page, ...rest } = describePage(tables, input, {
    'route-table-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'association.subnet-id': ({ associations }) => [...associations.values()],
    'association.main': ({ main }) => String(main),
    'route.destination-cidr-block': ({ routes }) => routes.map(({ destination }) => destination),
    'route.nat-gateway-id': ({ routes }) => routes.map(({ target }) => target).filter((id) => id.startsWith('nat-')),
    'route.gateway-id': ({ routes }) => routes.map(({ target }) => target).filter((id) => !id.startsWith('nat-')),
  });
  return {
    RouteTables: page.map((table) => ({
      RouteTableId: table.id,
      VpcId: table.vpcId,
      OwnerId: world.accountId,
      Routes: table.routes.map((route) => describeRoute(route, ec2State(world, region))),
      Associations: describeAssociations(table),
      Tags: tagList(table.tags),
    })),
    ...rest,
  };
}

/** A route whose target is not there, or not attached, is a `blackhole` (API_Route.html). */
const describeRoute = ({ destination, target }: Route, state: Ec2State): SdkRoute => ({
  DestinationCidrBlock: destination,
  ...(target.startsWith('nat-') ? { NatGatewayId: target } : { GatewayId: target }),
  Origin: target === 'local' ? 'CreateRouteTable' : 'CreateRoute',
  State: leadsSomewhere(target, state) ? 'active' : 'blackhole',
});

function leadsSomewhere(target: string, state: Ec2State): boolean {
  if (target.startsWith('igw-')) return state['internet-gateway'].get(target)?.vpcId !== undefined;
  if (!target.startsWith('nat-')) return true;
  const gateway = state.natgateway.get(target);
  return gateway !== undefined && gateway.goneAt === undefined;
}

function describeAssociations(
  table: RouteTable,
): NonNullable<DescribeRouteTablesResult['RouteTables']>[number]['Associations'] {
  const main = table.main
    ? [{ Main: true, RouteTableId: table.id, RouteTableAssociationId: `rtbassoc-${table.id.slice('rtb-'.length)}` }]
    : [];
  const subnets = [...table.associations].map(([id, subnetId]) => ({
    Main: false,
    RouteTableId: table.id,
    RouteTableAssociationId: id,
    SubnetId: subnetId,
    AssociationState: { State: 'associated' as const },
  }));
  return [...main, ...subnets];
}

/** EC2's operations on VPCs and their routing. */
export const networkOperations = {
  DescribeVpcs: describeVpcs,
  DescribeSubnets: describeSubnets,
  DescribeInternetGateways: describeInternetGateways,
  DescribeRouteTables: describeRouteTables,
} satisfies Record<string, Operation>;
