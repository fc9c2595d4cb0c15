import { AwsError } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { applyFilters, type Filter, type FilterTable } from './filters.ts';

/** What all of EC2's Describe operations take. */
export type DescribeInput = {
  Filters?: Filter[] | undefined;
  NextToken?: string | undefined;
  MaxResults?: number | undefined;
};

/**
 * Filters and cuts one page. Without `MaxResults` all results come at once (AWSEC2 APIReference, Query-Requests.html,
 * pagination); with it at least 5 for most operations, which the smallest page here is too.
 * @throws AwsError InvalidParameterValue, InvalidNextToken
 */
export function describePage<T extends object>(
  items: readonly T[],
  input: DescribeInput,
  table: FilterTable<T>,
): { page: T[]; NextToken?: string } {
  const found = applyFilters(items, input.Filters, table);
  if (input.MaxResults !== undefined && (input.MaxResults < 5 || input.MaxResults > 1000)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${input.MaxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const { page, nextToken } = tokenPage(found, {
    size: input.MaxResults ?? Math.max(found.length, 1),
    token: input.NextToken,
    errorCode: 'InvalidNextToken',
  });
  return { page, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
}

/**
 * The resources of those ids, or all when none is given.
 * @param missing code and the words before the id, e.g. `['InvalidVpcID.NotFound', 'The vpc ID']`
 * @throws AwsError when an id does not exist
 */
export function pickById<T>(
  resources: ReadonlyMap<string, T>,
  ids: readonly string[] | undefined,
  missing: readonly [code: string, words: string],
): T[] {
  if (ids === undefined || ids.length === 0) return [...resources.values()];
  return ids.map((id) => findById(resources, id, missing));
}

/** @throws AwsError when there is no such resource */
export function findById<T>(
  resources: ReadonlyMap<string, T>,
  id: string | undefined,
  missing: readonly [code: string, words: string],
): T {
  const resource = resources.get(id ?? '');
  if (resource === undefined) throw new AwsError(missing[0], `${missing[1]} '${id}' does not exist`);
  return resource;
}

/** Tags in the API's shape. */
export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** How EC2 names a missing resource of each kind (AWSEC2 APIReference, errors-overview.html). */
export const MISSING = {
  vpc: ['InvalidVpcID.NotFound', 'The vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'The subnet ID'],
  'internet-gateway': ['InvalidInternetGatewayID.NotFound', 'The internetGateway ID'],
  'route-table': ['InvalidRouteTableID.NotFound', 'The routeTable ID'],
  natgateway: ['NatGatewayNotFound', 'NAT gateway'],
  'elastic-ip': ['InvalidAllocationID.NotFound', 'The allocation ID'],
  'vpc-endpoint': ['InvalidVpcEndpointId.NotFound', 'The Vpc Endpoint Id'],
  'security-group': ['InvalidGroup.NotFound', 'The security group'],
  'network-interface': ['InvalidNetworkInterfaceID.NotFound', 'The networkInterface ID'],
  'launch-template': ['InvalidLaunchTemplateId.NotFound', 'The specified launch template, with template ID'],
  instance: ['InvalidInstanceID.NotFound', 'The instance ID'],
  volume: ['InvalidVolume.NotFound', 'The volume'],
  snapshot: ['InvalidSnapshot.NotFound', 'The snapshot'],
} as const;
