import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
} from '@aws-sdk/client-ec2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { requestedTags } from '../requested-tags.ts';
import { describePage } from './describe-page.ts';
import type { Ec2Kind, Ec2Resource } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';

/** A resource has at most 50 tags (AWSEC2 userguide, Using_Tags.html). */
const TAGS_PER_RESOURCE = 50;

/** Every resource of a region that has tags, with its kind. */
function taggedResources(world: AwsWorld, region: string): { kind: Ec2Kind; resource: Ec2Resource }[] {
  const entries = Object.entries(ec2State(world, region)) as [Ec2Kind, Map<string, Ec2Resource>][];
  return entries.flatMap(([kind, resources]) => [...resources.values()].map((resource) => ({ kind, resource })));
}

function findResources(ids: readonly string[] | undefined, { world, region }: CallContext): Ec2Resource[] {
  const all = new Map(taggedResources(world, region).map(({ resource }) => [resource.id, resource]));
  return (ids ?? []).map((id) => {
    const resource = all.get(id);
    if (!resource) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    return resource;
  });
}

function createTags(input: CreateTagsRequest, context: CallContext): object {
  const resources = findResources(input.Resources, context);
  const added = requestedTags(input.Tags, { invalid: 'InvalidParameterValue' });
  for (const resource of resources) {
    const tags = { ...resource.tags, ...added };
    if (Object.keys(tags).length > TAGS_PER_RESOURCE) {
      throw new AwsError('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`);
    }
    resource.tags = tags;
  }
  return {};
}

/** Without a value the tag goes whatever it is; with one only if it has it; without tags all go (API_DeleteTags.html). */
function deleteTags(input: DeleteTagsRequest, context: CallContext): object {
  for (const resource of findResources(input.Resources, context)) {
    const removes = ([key, value]: [string, string]): boolean =>
      input.Tags === undefined
        ? !key.startsWith('aws:')
        : input.Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter((entry) => !removes(entry)));
  }
  return {};
}

function describeTags(input: DescribeTagsRequest, { world, region }: CallContext): DescribeTagsResult {
  const found = taggedResources(world, region).flatMap(({ kind, resource }) =>
    Object.entries(resource.tags).map(([key, value]) => ({
      kind,
      id: resource.id,
      key,
      value,
      tags: { [key]: value },
    })),
  );
  const { page, ...rest } = describePage(found, input, {
    key: ({ key }) => key,
    value: ({ value }) => value,
    'resource-id': ({ id }) => id,
    'resource-type': ({ kind }) => kind,
  });
  return {
    Tags: page.map(({ kind, id, key, value }) => ({
      Key: key,
      Value: value,
      ResourceId: id,
      ResourceType: kind as ResourceType,
    })),
    ...rest,
  };
}

/** EC2's operations on tags. */
export const tagOperations = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeTags: describeTags,
} satisfies Record<string, Operation>;
