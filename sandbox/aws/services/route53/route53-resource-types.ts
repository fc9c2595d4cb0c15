import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';
import { refuseProperties } from '../unsupported-properties.ts';

export type RecordSet = {
  name: string;
  type: string;
  ttl: number | undefined;
  values: string[];
  alias: { dnsName: string; hostedZoneId: string } | undefined;
};

/** Names end in a dot. */
export type HostedZone = { id: string; name: string; records: Map<string, RecordSet> };

/** Hosted zones of the account by id; made only by `createHostedZone`, as an operator would have done before. */
const route53State: StateKey<Map<string, HostedZone>> = { id: 'route53', create: () => new Map() };

/** @param id e.g. `Z0123456789ABCDEFGHIJ` */
export function createHostedZone(world: AwsWorld, id: string, name: string): HostedZone {
  const zone: HostedZone = { id, name: absolute(name), records: new Map() };
  world.state(route53State, GLOBAL).set(id, zone);
  return zone;
}

const TYPE = 'AWS::Route53::RecordSet';
const UNSUPPORTED = [
  ...['CidrRoutingConfig', 'Failover', 'GeoLocation', 'HealthCheckId', 'MultiValueAnswer', 'Region'],
  ...['SetIdentifier', 'Weight'],
];

const absolute = (name: string): string => (name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`);

/** @throws AwsError NoSuchHostedZone */
export function hostedZoneOf(world: AwsWorld, { HostedZoneId, HostedZoneName }: Record<string, unknown>): HostedZone {
  const zones = [...world.state(route53State, GLOBAL).values()];
  const zone =
    HostedZoneId === undefined
      ? zones.find(({ name }) => name === absolute(String(HostedZoneName)))
      : zones.find(({ id }) => id === String(HostedZoneId));
  if (!zone) {
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${HostedZoneId ?? HostedZoneName}`, 404);
  }
  return zone;
}

/** The checks of API_ChangeResourceRecordSets.html, which fail the whole change batch. */
function put({ world, properties }: CreateRequest | UpdateRequest, isNew: boolean): ResourceState {
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const zone = hostedZoneOf(world, properties);
  const record = readRecord(properties);
  const described = `[name='${record.name}', type='${record.type}']`;
  if (record.name !== zone.name && !record.name.endsWith(`.${zone.name}`)) {
    throw invalidBatch(`RRSet with DNS name ${record.name} is not permitted in zone ${zone.name}`);
  }
  if (record.type === 'CNAME' && record.name === zone.name) {
    throw invalidBatch(
      `RRSet of type CNAME with DNS name ${record.name} is not permitted at apex in zone ${zone.name}`,
    );
  }
  if ((record.alias === undefined) === (record.values.length === 0)) {
    throw invalidBatch(`Tried to create an alias that targets nothing, or a record without values, ${described}`);
  }
  const key = keyOf(record);
  if (isNew && zone.records.has(key)) {
    throw invalidBatch(`Tried to create resource record set ${described} but it already exists`);
  }
  zone.records.set(key, record);
  return { physicalId: record.name.replace(/\.$/, ''), attributes: {} };
}

function readRecord(properties: Record<string, unknown>): RecordSet {
  const alias = properties['AliasTarget'] as { DNSName?: unknown; HostedZoneId?: unknown } | undefined;
  const { Name, Type, TTL, ResourceRecords } = properties;
  return {
    name: absolute(String(Name)),
    type: String(Type),
    ttl: TTL === undefined ? undefined : Number(TTL),
    values: ((ResourceRecords ?? []) as unknown[]).map(String),
    alias: alias && { dnsName: String(alias.DNSName), hostedZoneId: String(alias.HostedZoneId) },
  };
}

const keyOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>): string => `${name} ${type}`;

const invalidBatch = (message: string): AwsError => new AwsError('InvalidChangeBatch', `[${message}]`);

function remove({ world, properties }: ExistingRequest): void {
  hostedZoneOf(world, properties).records.delete(keyOf(readRecord(properties)));
}

function read({ world, properties }: ExistingRequest): Record<string, unknown> | undefined {
  const record = hostedZoneOf(world, properties).records.get(keyOf(readRecord(properties)));
  if (record === undefined) return undefined;
  const { ttl, values, alias } = record;
  const target = alias && { DNSName: alias.dnsName, HostedZoneId: alias.hostedZoneId };
  // Whether the target's health counts is nothing that the sandbox keeps.
  const AliasTarget = target && { ...(properties['AliasTarget'] as object | undefined), ...target };
  return { TTL: ttl, ResourceRecords: values, AliasTarget };
}

/** The CloudFormation types of Amazon Route 53 that the sandbox has. */
export const route53ResourceTypes: ResourceType[] = [
  {
    type: TYPE,
    // "Changes generally propagate to all Route 53 servers within 60 seconds" (API_ChangeResourceRecordSets.html).
    seconds: { create: 35, update: 35, delete: 35 },
    create: (request) => put(request, true),
    update: (request) => put(request, false),
    read,
    delete: remove,
  },
];
