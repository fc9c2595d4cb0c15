import type { AwsWorld, StateKey } from '../../world.ts';

export type TaggedResource = { arn: string; tags: Readonly<Record<string, string>> };

/** Lists what a service has in a region, tagged or not. */
export type TaggedResourceSource = (world: AwsWorld, region: string) => Iterable<TaggedResource>;

type KnownResource = { tags: Readonly<Record<string, string>>; missedAt: Date | undefined };

/** What the tagging API of one region has seen, by ARN. */
const taggedResources: StateKey<Map<string, KnownResource>> = { id: 'tagging', create: () => new Map() };

/**
 * GetResources returns "tagged or previously tagged" resources (API_GetResources.html), so one that is gone may still be
 * listed for a while. AWS states no time; here it is this many virtual seconds after a call first missed it.
 */
export const LINGERING_SECONDS = 600;

/**
 * The resources that the tagging API lists now: those with tags, and those that lost their tags, or were deleted, a
 * short while ago.
 */
export function listTaggedResources(
  world: AwsWorld,
  region: string,
  sources: readonly TaggedResourceSource[],
): TaggedResource[] {
  const known = world.state(taggedResources, region);
  const now = world.clock.now();
  const live = new Map<string, TaggedResource>();
  for (const source of sources) {
    for (const resource of source(world, region)) {
      if (Object.keys(resource.tags).length > 0) live.set(resource.arn, resource);
    }
  }
  for (const { arn, tags } of live.values()) known.set(arn, { tags: { ...tags }, missedAt: undefined });
  for (const [arn, resource] of known) {
    if (live.has(arn)) continue;
    resource.missedAt ??= now;
    if (now.getTime() - resource.missedAt.getTime() > LINGERING_SECONDS * 1000) known.delete(arn);
  }
  return [...known].map(([arn, { tags }]) => ({ arn, tags })).sort((one, other) => (one.arn < other.arn ? -1 : 1));
}
