import type { AccessRequest, PlannedCall } from '../service.ts';
import type { Ec2Kind } from '../services/ec2/ec2-resource.ts';
import { ec2Arn } from '../services/ec2/ec2-state.ts';
import { requestTags, tagContext } from './request-tags.ts';

/** Which kind of resource a member of a request names. */
const KINDS: Readonly<Record<string, Ec2Kind>> = {
  VolumeId: 'volume',
  SnapshotId: 'snapshot',
  NetworkInterfaceId: 'network-interface',
  GroupId: 'security-group',
  InstanceId: 'instance',
  VpcId: 'vpc',
  SubnetId: 'subnet',
};

/** By the beginning of an id, for CreateTags and DeleteTags. */
const PREFIXES: Readonly<Record<string, Ec2Kind>> = {
  vol: 'volume',
  snap: 'snapshot',
  eni: 'network-interface',
  sg: 'security-group',
  i: 'instance',
  vpc: 'vpc',
  subnet: 'subnet',
  rtb: 'route-table',
  igw: 'internet-gateway',
  nat: 'natgateway',
  eipalloc: 'elastic-ip',
  vpce: 'vpc-endpoint',
  lt: 'launch-template',
};

/** What an operation makes, beside what it takes (Service Authorization Reference, Amazon EC2: all must be allowed). */
const MAKES: Readonly<Record<string, readonly Ec2Kind[]>> = {
  CreateSnapshot: ['snapshot'],
  CreateSnapshots: ['volume', 'snapshot'],
  CreateVolume: ['volume'],
};

type TagSpecification = { ResourceType?: string; Tags?: unknown };

/**
 * The permissions that a call to Amazon EC2 needs: Describe actions know no resources; what is made with tags needs
 * `ec2:CreateTags` for it, under `ec2:CreateAction` (ec2 ug, supported-iam-actions-tagging.html).
 */
export function ec2CallAccess({ operation, input, context }: PlannedCall): AccessRequest[] {
  const { world, region } = context;
  const action = `ec2:${operation}`;
  if (/^(Describe|Get)/.test(operation)) return [{ action, resource: '*' }];
  const arn = (kind: Ec2Kind, id: string): string => ec2Arn(world, region, kind, id);
  if (operation === 'CreateTags' || operation === 'DeleteTags') {
    const ids = Array.isArray(input['Resources']) ? (input['Resources'] as unknown[]).map(String) : [];
    const keys = tagContext(requestTags(input));
    return ids.map((id) => {
      const kind = PREFIXES[id.split('-')[0] ?? ''];
      return { action, resource: kind === undefined ? undefined : arn(kind, id), context: keys };
    });
  }
  const specifications = (input['TagSpecifications'] ?? []) as TagSpecification[];
  const tagsOf = (kind: string) =>
    tagContext(requestTags({ Tags: specifications.find(({ ResourceType }) => ResourceType === kind)?.Tags }));
  const instances = (input['InstanceSpecification'] ?? {}) as Record<string, unknown>;
  const taken = Object.entries({ ...input, ...instances }).flatMap(([member, value]) => {
    const kind = KINDS[member];
    return kind === undefined || typeof value !== 'string' ? [] : [{ action, resource: arn(kind, value) }];
  });
  const made = (MAKES[operation] ?? []).map((kind) => ({ action, resource: arn(kind, '*'), context: tagsOf(kind) }));
  const tagged = specifications.map(({ ResourceType = '' }) => ({
    action: 'ec2:CreateTags',
    resource: arn(ResourceType as Ec2Kind, '*'),
    context: { ...tagsOf(ResourceType), 'ec2:CreateAction': operation },
  }));
  const needed = [...taken, ...made, ...tagged];
  return needed.length > 0 ? needed : [{ action }];
}
