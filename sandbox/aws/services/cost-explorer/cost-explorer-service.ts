import type {
  CostAllocationTag,
  ListCostAllocationTagsCommandInput,
  ListCostAllocationTagsCommandOutput,
  UpdateCostAllocationTagsStatusCommandInput,
  UpdateCostAllocationTagsStatusCommandOutput,
} from '@aws-sdk/client-cost-explorer';
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { GLOBAL, type StateKey } from '../../world.ts';
import { tokenPage } from '../token-page.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Tag keys that billing has seen, and whether they are active; only the paying account may ask. */
export const costExplorerState: StateKey<{ isPayer: boolean; tags: Map<string, 'Active' | 'Inactive'> }> = {
  id: 'cost-explorer',
  create: () => ({ isPayer: true, tags: new Map() }),
};

/** API_UpdateCostAllocationTagsStatus.html, Array Members */
const MAXIMUM_UPDATES = 20;

function tagsOf({ world }: CallContext): Map<string, 'Active' | 'Inactive'> {
  const { isPayer, tags } = world.state(costExplorerState, GLOBAL);
  // "Only a management account in an organization … has access to this page" (awsaccountbilling, cost-alloc-tags.html).
  if (!isPayer) {
    throw new AwsError('AccessDeniedException', "Linked account doesn't have access to cost allocation tags.");
  }
  return tags;
}

/** 100 tags a page (API_ListCostAllocationTags.html). */
function listTags(
  input: ListCostAllocationTagsCommandInput,
  context: CallContext,
): Output<ListCostAllocationTagsCommandOutput> {
  const tags = [...tagsOf(context)]
    .map(([TagKey, Status]): CostAllocationTag => ({ TagKey, Status, Type: 'UserDefined' }))
    .filter(({ TagKey }) => !input.TagKeys?.length || input.TagKeys.includes(TagKey ?? ''))
    .filter(({ Status }) => input.Status === undefined || Status === input.Status)
    .filter(({ Type }) => input.Type === undefined || Type === input.Type);
  const { page, nextToken } = tokenPage(tags, {
    size: input.MaxResults ?? 100,
    token: input.NextToken,
    errorCode: 'ValidationException',
  });
  return { CostAllocationTags: page, ...(nextToken ? { NextToken: nextToken } : {}) };
}

/** Keys that billing has not seen yet come back as errors; the others are changed. */
function updateStatus(
  input: UpdateCostAllocationTagsStatusCommandInput,
  context: CallContext,
): Output<UpdateCostAllocationTagsStatusCommandOutput> {
  const updates = input.CostAllocationTagsStatus ?? [];
  if (updates.length < 1 || updates.length > MAXIMUM_UPDATES) {
    throw new AwsError('LimitExceededException', `A call can update 1 to ${MAXIMUM_UPDATES} cost allocation tags.`);
  }
  const tags = tagsOf(context);
  const Errors = updates.flatMap(({ TagKey = '', Status }) => {
    if (!tags.has(TagKey)) return [{ TagKey, Code: 'TagKeysNotFoundException', Message: 'Tag key not found.' }];
    tags.set(TagKey, Status ?? 'Inactive');
    return [];
  });
  return { Errors };
}

/** AWS Cost Explorer (docs.aws.amazon.com/aws-cost-management/latest/APIReference), cost allocation tags only. */
export const costExplorerService: ServiceModule = {
  signingName: 'ce',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-cost-explorer'),
  members: membersRead('ce'),
  operations: { ListCostAllocationTags: listTags, UpdateCostAllocationTagsStatus: updateStatus },
};
