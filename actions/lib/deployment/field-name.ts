import { pointerParts } from './json-pointer.ts';
import { plainValue } from './quote-value.ts';

/** `/nodes/0/name` → `nodes[0].name`, as people write it. */
export function fieldName(pointer: string): string {
  if (pointer === '') return 'The file';
  const parts = pointerParts(pointer).map((part) => (/^[0-9]+$/.test(part) ? `[${part}]` : `.${part}`));
  return plainValue(parts.join('').replace(/^\./, ''));
}

/** A group of fields as part of a sentence: `the section aws`, `nodes[0]`, `the file`. */
export function groupName(pointer: string): string {
  if (pointer === '') return 'the file';
  const name = fieldName(pointer);
  return pointerParts(pointer).length === 1 ? `the section ${name}` : name;
}
