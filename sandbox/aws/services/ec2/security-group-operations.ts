import type {
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
} from '@aws-sdk/client-ec2';
import type { CallContext, Operation } from '../../service.ts';
import { describePage, findById, MISSING, pickById, tagList } from './describe-page.ts';
import type { SecurityRule } from './ec2-resource.ts';
import { ec2Arn, ec2State } from './ec2-state.ts';
import { removeGroup } from './security-group-resource-types.ts';

function describeSecurityGroups(
  input: DescribeSecurityGroupsRequest,
  { world, region }: CallContext,
): DescribeSecurityGroupsResult {
  const picked = pickById(ec2State(world, region)['security-group'], input.GroupIds, MISSING['security-group']);
  const groups = picked.filter(({ name }) => input.GroupNames?.includes(name) ?? true);
  const { page, ...rest } = describePage(groups, input, {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'vpc-id': ({ vpcId }) => vpcId,
    description: ({ description }) => description,
    'ip-permission.group-id': ({ ingress }) => ingress.map(({ peer }) => peer).filter((peer) => peer.startsWith('sg-')),
    'egress.ip-permission.group-id': ({ egress }) =>
      egress.map(({ peer }) => peer).filter((peer) => peer.startsWith('sg-')),
  });
  return {
    SecurityGroups: page.map((group) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      VpcId: group.vpcId,
      OwnerId: world.accountId,
      SecurityGroupArn: ec2Arn(world, region, 'security-group', group.id),
      IpPermissions: group.ingress.map((rule) => toPermission(rule, world.accountId)),
      IpPermissionsEgress: group.egress.map((rule) => toPermission(rule, world.accountId)),
      Tags: tagList(group.tags),
    })),
    ...rest,
  };
}

/** All traffic has no ports (API_IpPermission.html). */
function toPermission(rule: SecurityRule, accountId: string): IpPermission {
  const description = rule.description === undefined ? {} : { Description: rule.description };
  const ports = rule.protocol === '-1' ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort };
  const base = { IpProtocol: rule.protocol, ...ports };
  if (rule.peer.startsWith('sg-')) {
    return { ...base, UserIdGroupPairs: [{ GroupId: rule.peer, UserId: accountId, ...description }] };
  }
  if (rule.peer.startsWith('pl-')) return { ...base, PrefixListIds: [{ PrefixListId: rule.peer, ...description }] };
  if (rule.peer.includes(':')) return { ...base, Ipv6Ranges: [{ CidrIpv6: rule.peer, ...description }] };
  return { ...base, IpRanges: [{ CidrIp: rule.peer, ...description }] };
}

function deleteSecurityGroup(input: DeleteSecurityGroupRequest, { world, region }: CallContext): object {
  const group = findById(ec2State(world, region)['security-group'], input.GroupId, MISSING['security-group']);
  removeGroup(world, region, group.id);
  return { Return: true, GroupId: group.id };
}

/** EC2's operations on security groups. */
export const securityGroupOperations = {
  DescribeSecurityGroups: describeSecurityGroups,
  DeleteSecurityGroup: deleteSecurityGroup,
} satisfies Record<string, Operation>;
