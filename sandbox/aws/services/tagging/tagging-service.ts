import type { GetResourcesCommandInput, GetResourcesCommandOutput } from '@aws-sdk/client-resource-groups-tagging-api';
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { listTaggedResources, type TaggedResource, type TaggedResourceSource } from './tagged-resources.ts';

type Output<T> = Omit<T, '$metadata'>;

/**
 * The Resource Groups Tagging API (docs.aws.amazon.com/resourcegroupstagging/latest/APIReference), GetResources only.
 * @param sources one for each service whose resources it lists
 */
export function createTaggingService(sources: readonly TaggedResourceSource[]): ServiceModule {
  return {
    signingName: 'tagging',
    protocol: 'json-1.1',
    loadClient: () => import('@aws-sdk/client-resource-groups-tagging-api'),
    members: membersRead('tagging'),
    operations: {
      GetResources: (input: GetResourcesCommandInput, context: CallContext) => getResources(input, context, sources),
    },
  };
}

/** Pages of 1 to 100, 50 by default; the last page has the empty token (API_GetResources.html). */
function getResources(
  input: GetResourcesCommandInput,
  { world, region }: CallContext,
  sources: readonly TaggedResourceSource[],
): Output<GetResourcesCommandOutput> {
  if (input.TagsPerPage !== undefined || input.IncludeComplianceDetails) {
    throw new AwsError('NotImplemented', 'The sandbox supports neither TagsPerPage nor compliance details.', 501);
  }
  const size = input.ResourcesPerPage ?? 50;
  if (size < 1 || size > 100) {
    throw new AwsError('InvalidParameterException', 'ResourcesPerPage must be between 1 and 100.');
  }
  const matching = listTaggedResources(world, region, sources).filter((resource) => isWanted(resource, input));
  const { page, nextToken } = tokenPage(matching, {
    size,
    token: input.PaginationToken || undefined,
    errorCode: 'PaginationTokenExpiredException',
  });
  return {
    PaginationToken: nextToken ?? '',
    ResourceTagMappingList: page.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** Every tag filter must hold; one without values asks only for the key. */
function isWanted({ arn, tags }: TaggedResource, input: GetResourcesCommandInput): boolean {
  if (input.ResourceARNList?.length && !input.ResourceARNList.includes(arn)) return false;
  if (input.ResourceTypeFilters?.length && !input.ResourceTypeFilters.some((type) => isOfType(arn, type))) return false;
  return (input.TagFilters ?? []).every(({ Key = '', Values = [] }) => {
    const value = tags[Key];
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });
}

/** `ec2:volume` or just `ec2`. */
function isOfType(arn: string, filter: string): boolean {
  const [service, type] = filter.split(':');
  const [, , arnService, , , ...resource] = arn.split(':');
  if (arnService !== service) return false;
  return type === undefined || resource.join(':').split(/[:/]/)[0] === type;
}
