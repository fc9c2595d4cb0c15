import { pointerParts } from './json-pointer.ts';
import type { YamlMapping, YamlNode } from './yaml-tree.ts';

/** Which part of a field a finding is about. */
export type Part = 'key' | 'value';

/** Finds the places of one file. */
export type PositionFinder = {
  /**
   * The place of a field; for one that does not exist, the place of its nearest parent; for one that an alias stands for,
   * the place of the alias.
   */
  find(pointer: string, part: Part): Position;
  /** The offset of a field's own text, which for an alias is at its anchor. */
  originOf(pointer: string, part: Part): number;
  /** Whether the file itself has the field; defaults are not in it. */
  has(pointer: string): boolean;
  /** The text of a scalar as it is read, without quotes; undefined for other fields. */
  sourceOf(pointer: string): string | undefined;
  at(offset: number): Position;
};

/** @param root the nodes of the text, or nothing when it cannot be read */
export function createPositionFinder(text: string, root: YamlNode | undefined): PositionFinder {
  const at = createLineFinder(text);
  const pairs = new Map<YamlMapping, Map<string, Step>>();
  const lineOf = (offset: number): number => at(offset).line;
  const walk = (pointer: string, part: Part): Walk => walkTo(root, pointer, part, pairs, lineOf);
  return {
    at,
    find: (pointer, part) => at(walk(pointer, part).use),
    originOf: (pointer, part) => walk(pointer, part).origin,
    has: (pointer) => walk(pointer, 'value').node !== undefined,
    sourceOf(pointer) {
      const { node } = walk(pointer, 'value');
      return node?.kind === 'scalar' ? node.text : undefined;
    },
  };
}

/** A key's place and what is behind it. */
type Step = { key: number; value: YamlNode };

type Walk = { use: number; origin: number; node: YamlNode | undefined };

function walkTo(
  root: YamlNode | undefined,
  pointer: string,
  part: Part,
  known: Map<YamlMapping, Map<string, Step>>,
  lineOf: (offset: number) => number,
): Walk {
  let node = root;
  let origin = root?.start ?? 0;
  let use: number | undefined;
  for (const name of pointerParts(pointer)) {
    if (node?.kind === 'alias') {
      use ??= node.start;
      node = node.target;
    }
    const step = stepInto(node, name, known);
    if (step === undefined) return { use: use ?? origin, origin, node: undefined };
    node = step.value;
    origin = part === 'key' ? step.key : valueStart(step, lineOf);
  }
  if (node?.kind !== 'alias') return { use: use ?? origin, origin, node };
  const own = part === 'value' ? node.target?.start : undefined;
  return { use: use ?? origin, origin: own ?? origin, node: node.target };
}

/** Where a value is shown: lists and groups that begin below their key are shown at the key. */
function valueStart({ key, value }: Step, lineOf: (offset: number) => number): number {
  const below = (value.kind === 'sequence' || value.kind === 'mapping') && lineOf(value.start) > lineOf(key);
  return below ? key : value.start;
}

function stepInto(
  node: YamlNode | undefined,
  name: string,
  known: Map<YamlMapping, Map<string, Step>>,
): Step | undefined {
  if (node?.kind === 'sequence') {
    const item = node.items[Number(name)];
    return item === undefined ? undefined : { key: item.start, value: item };
  }
  if (node?.kind !== 'mapping') return undefined;
  let steps = known.get(node);
  if (steps === undefined) {
    steps = stepsOf(node);
    known.set(node, steps);
  }
  return steps.get(name);
}

/** Of equal keys the last; a group of fields that was begun again has the fields of both. */
function stepsOf({ pairs }: YamlMapping): Map<string, Step> {
  const steps = new Map<string, Step>();
  const begun = new Map<string, YamlMapping>();
  for (const { key, value } of pairs) {
    const name = keyText(key);
    const first = steps.get(name)?.value;
    if (value.kind !== 'mapping' || first?.kind !== 'mapping') {
      steps.set(name, { key: key.start, value });
      continue;
    }
    const group = begun.get(name) ?? { ...first, pairs: [...first.pairs] };
    group.start = value.start;
    for (const pair of value.pairs) group.pairs.push(pair);
    begun.set(name, group);
    steps.set(name, { key: key.start, value: group });
  }
  return steps;
}

function keyText(key: YamlNode): string {
  const node = key.kind === 'alias' ? key.target : key;
  return node?.kind === 'scalar' ? node.text : '';
}

/** Line and column, both from 1. */
type Position = { line: number; column: number };

/**
 * Turns offsets into lines and columns. Lines end with a line feed, a carriage return or both, as YAML has it.
 * @param text the whole file
 */
export function createLineFinder(text: string): (offset: number) => Position {
  const starts = [0];
  for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + lineBreak.length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(offset - (starts[low] ?? 0), 0) + 1 };
  };
}
