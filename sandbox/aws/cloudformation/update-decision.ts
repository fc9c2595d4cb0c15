import { isDeepStrictEqual } from 'node:util';
import { specOf } from '../service-spec/service-spec.ts';
import { diffProperties, type Recreation, strongest } from './property-diff.ts';
import { updateRequest } from './provisioning.ts';
import type { Run } from './stack-events.ts';
import type { StackResource } from './stack-state.ts';

/** Whether and how a resource must change. A failed update is tried again even without further changes. */
export function howToUpdate(
  run: Run,
  resource: StackResource,
  existing: StackResource,
): 'unchanged' | 'in place' | 'replace' {
  const recreation = recreationOf(resource, existing);
  if (recreation === 'Always') return 'replace';
  if (recreation === 'Conditionally') {
    const handler = run.engine.resourceTypes.get(resource.type);
    if (handler?.replaces?.(updateRequest(run, resource, existing)) === true) return 'replace';
  }
  return differs(resource, existing) || existing.status === 'UPDATE_FAILED' ? 'in place' : 'unchanged';
}

function recreationOf(resource: StackResource, existing: StackResource): Recreation {
  const spec = specOf(resource.type);
  const changes = spec === undefined ? [] : diffProperties(spec, existing.properties, resource.properties);
  return changes.map((change) => change.recreation).reduce(strongest, 'Never');
}

/** Whether a handler has anything to do: properties differ, or stack tags on a type that has tags. */
export function differs(resource: StackResource, existing: StackResource): boolean {
  const spec = specOf(resource.type);
  if (spec === undefined) return false;
  if (diffProperties(spec, existing.properties, resource.properties).length > 0) return true;
  return spec.tagProperty !== undefined && !isDeepStrictEqual(resource.stackTags, existing.stackTags);
}

/** Whether a replacement would need the physical name that the existing resource still has. */
export function keepsCustomName(resource: StackResource, existing: StackResource): boolean {
  const spec = specOf(resource.type);
  if (spec?.nameProperty === undefined || resource.properties[spec.nameProperty] === undefined) return false;
  const settable = spec.primaryIdentifier.filter((name) => Object.hasOwn(spec.properties, name));
  return [spec.nameProperty, ...settable].every((name) =>
    isDeepStrictEqual(resource.properties[name], existing.properties[name]),
  );
}
