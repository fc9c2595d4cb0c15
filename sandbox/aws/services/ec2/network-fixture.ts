import type { AccountFixture } from './account-fixture.ts';

export type Network = { vpcId: string; publicSubnets: string[]; privateSubnets: string[]; gatewayId: string };

/** A VPC with an internet gateway and two public and two private subnets in the zones a and b. */
export async function makeNetwork(account: AccountFixture): Promise<Network> {
  const { physicalId: vpcId } = await account.create('AWS::EC2::VPC', {
    CidrBlock: '10.0.0.0/16',
    EnableDnsHostnames: 'true',
  });
  const { physicalId: gatewayId } = await account.create('AWS::EC2::InternetGateway', {});
  await account.create('AWS::EC2::VPCGatewayAttachment', { VpcId: vpcId, InternetGatewayId: gatewayId });
  const subnet = async (letter: string, third: number): Promise<string> => {
    const state = await account.create('AWS::EC2::Subnet', {
      VpcId: vpcId,
      AvailabilityZone: `${account.region}${letter}`,
      CidrBlock: `10.0.${third}.0/24`,
    });
    return state.physicalId;
  };
  const publicSubnets = [await subnet('a', 0), await subnet('b', 1)];
  const privateSubnets = [await subnet('a', 64), await subnet('b', 65)];
  return { vpcId, publicSubnets, privateSubnets, gatewayId };
}
