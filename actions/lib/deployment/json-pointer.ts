/** A JSON pointer (RFC 6901) to a field below another. */
export function childPointer(parent: string, name: string | number): string {
  if (typeof name === 'number' || !/[~/]/.test(name)) return `${parent}/${name}`;
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The unescaped parts of a JSON pointer. */
export function pointerParts(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether the pointer is in the set or below one that is. */
export function isWithin(pointers: ReadonlySet<string>, pointer: string): boolean {
  if (pointers.size === 0) return false;
  for (let end = pointer.length; end >= 0; end = pointer.lastIndexOf('/', end - 1)) {
    if (pointers.has(pointer.slice(0, end))) return true;
    if (end === 0) return false;
  }
  return false;
}

/** The value that a pointer leads to, or undefined. Only own fields count. */
export function valueAt(root: unknown, pointer: string): unknown {
  return pointerParts(pointer).reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    return Array.isArray(value) ? value[Number(name)] : (value as Record<string, unknown>)[name];
  }, root);
}
