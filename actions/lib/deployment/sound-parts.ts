import type { Draft } from './draft.ts';
import type { DeploymentFileValue } from './file-value.ts';
import { isWithin, pointerParts, valueAt } from './json-pointer.ts';

/** What of a file can be relied on. */
export type SoundParts = {
  draft: Draft<DeploymentFileValue>;
  /** Whether it is unknown what the field at this JSON pointer says, because it or what it is part of is malformed. */
  isUnknown(pointer: string): boolean;
};

/**
 * Takes what is malformed out of a value, in place, so that checks can go on with the rest.
 * @param value what the schema was checked against, defaults filled in
 * @param malformed JSON pointers of what cannot be relied on
 */
export function soundParts(value: unknown, malformed: ReadonlySet<string>): SoundParts {
  const isUnknown = (pointer: string): boolean => isWithin(malformed, pointer);
  if (malformed.has('') || typeof value !== 'object' || value === null) return { draft: {}, isUnknown: () => true };
  for (const pointer of malformed) {
    const name = pointerParts(pointer).at(-1) ?? '';
    const parent = valueAt(value, pointer.slice(0, pointer.lastIndexOf('/')));
    // Entries of lists keep their places.
    if (Array.isArray(parent)) parent[Number(name)] = undefined;
    else if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, name);
  }
  return { draft: value, isUnknown };
}
