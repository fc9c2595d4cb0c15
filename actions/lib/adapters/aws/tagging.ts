import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Tagging } from '../../ports/tagging.ts';
import { callAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to the Resource Groups Tagging API. */
export function connectTagging(settings: ClientSettings, counter: CallCounter): Tagging {
  const client = counted(new ResourceGroupsTaggingAPIClient(settings), counter);
  return {
    findArns: (tag) =>
      callAws(`list the resources tagged ${tag.key}`, async () => {
        const arns: string[] = [];
        const filter = { TagFilters: [{ Key: tag.key, Values: [tag.value] }] };
        for await (const page of paginateGetResources({ client }, filter)) {
          for (const { ResourceARN } of page.ResourceTagMappingList ?? []) if (ResourceARN) arns.push(ResourceARN);
        }
        return arns;
      }),
  };
}
