import type { Finding } from './finding.ts';
import { childPointer } from './json-pointer.ts';
import { plainValue, quoteValue } from './quote-value.ts';
import { type OldReading, oldReadingOf, plainValueOf, taggedValueOf } from './yaml-scalar.ts';
import type { YamlAlias, YamlDocument, YamlMapping, YamlNode, YamlPair, YamlScalar } from './yaml-tree.ts';

/** A scalar without quotes that YAML 1.1 reads otherwise than YAML 1.2; whether that matters depends on its field. */
export type AmbiguousScalar = { path: string; text: string; value: unknown; reading: OldReading };

/** What a document says. */
export type YamlValue = {
  value: unknown;
  findings: Finding[];
  ambiguous: AmbiguousScalar[];
  /** Pointers to what has no value because of a finding; nothing else is to be said about them. */
  spoilt: Set<string>;
  /** Pointers to groups of fields of which some could not be read; what is missing there may be among them. */
  incomplete: Set<string>;
};

/** Most nodes after aliases are put in; a real file has some hundred. Bounds what a bomb of aliases or entries can cost. */
const mostNodes = 20_000;

/**
 * Turns nodes into values. Of equal keys the last counts. Aliases are copied, anchors and tags that nobody can know are
 * findings.
 * @param lineOf line of an offset, for messages
 */
export function yamlValueOf({ root, size, hasAliases }: YamlDocument, lineOf: (offset: number) => number): YamlValue {
  const result: YamlValue = {
    value: undefined,
    findings: [],
    ambiguous: [],
    spoilt: new Set(),
    incomplete: new Set(),
  };
  if (root === undefined) return result;
  if (size > mostNodes || (hasAliases && sizeOf(root, new Map()) > mostNodes)) {
    const when = size > mostNodes ? '' : ' when its aliases are filled in';
    const message = `The file has more than ${mostNodes} keys and values${when}.`;
    const hint = 'A declaration has some hundred. Look for what got into it by mistake.';
    result.findings.push({ code: 'OSL006', path: '', offset: root.start, message, hint });
    result.spoilt.add('');
    return result;
  }
  result.value = compose(root, '', { result, lineOf, open: [] });
  return result;
}

type Composition = {
  result: YamlValue;
  lineOf: (offset: number) => number;
  /** Nodes around this one that aliases have led to; inside them everything has been said already. */
  open: YamlNode[];
};

/** Nodes below and including this one, aliases filled in. */
function sizeOf(node: YamlNode, known: Map<YamlNode, number>): number {
  const before = known.get(node);
  if (before !== undefined) return before;
  let size = 1;
  if (node.kind === 'alias') size += node.target === undefined ? 0 : sizeOf(node.target, known);
  if (node.kind === 'sequence') for (const item of node.items) size += sizeOf(item, known);
  if (node.kind === 'mapping')
    for (const { key, value } of node.pairs) size += sizeOf(key, known) + sizeOf(value, known);
  known.set(node, size);
  return size;
}

function compose(node: YamlNode, path: string, state: Composition): unknown {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node, path, state);
    case 'sequence':
      checkTag(node, '!!seq', path, state);
      return node.items.map((item, index) => compose(item, childPointer(path, index), state));
    case 'mapping':
      checkTag(node, '!!map', path, state);
      return mappingValue(node, path, state);
    case 'alias':
      return aliasValue(node, path, state);
  }
}

/** What an escape such as `\e` or `\0` can put into a text, and no field of ours can hold; line ends and tabs are fine. */
const control = /[^\P{Cc}\t\n]/u;

function scalarValue(node: YamlScalar, path: string, state: Composition): unknown {
  const { tag, text, plain } = node;
  if (!plain && (control.test(text) || !text.isWellFormed())) {
    const message = `${quoteValue(text)} contains a control character.`;
    report(state, { code: 'OSL028', path, offset: node.start, message, hint: 'Remove the escape that stands for it.' });
    state.result.spoilt.add(path);
    return undefined;
  }
  if (tag !== '') {
    const value = taggedValueOf(tag, text);
    if (value === undefined) refuseTag(node, path, state);
    return value;
  }
  if (!plain) return text;
  const value = plainValueOf(text);
  const reading = state.open.length === 0 ? oldReadingOf(text) : undefined;
  if (reading !== undefined) state.result.ambiguous.push({ path, text, value, reading });
  return value;
}

/** A key that is there already. */
type Duplicate = { pair: YamlPair; name: string; place: number; first: number };

function mappingValue({ pairs }: YamlMapping, path: string, state: Composition): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const seen = new Map<string, number>();
  const duplicates: Duplicate[] = [];
  for (const [place, pair] of pairs.entries()) {
    const name = keyName(pair, path, state);
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first !== undefined) duplicates.push({ pair, name, place, first });
    seen.set(name, first ?? pair.key.start);
    const composed = compose(pair.value, childPointer(path, name), state);
    setField(
      value,
      name,
      first === undefined ? composed : withRepeated(pair, value[name], composed, childPointer(path, name), state),
    );
  }
  if (duplicates.length > 0) reportDuplicates(duplicates, path, state);
  return value;
}

function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  // Assignment would change the prototype.
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** The text of a key; undefined when the pair has to be left out. */
function keyName({ key }: YamlPair, path: string, state: Composition): string | undefined {
  const scalar = key.kind === 'alias' ? key.target : key;
  if (scalar?.kind !== 'scalar') {
    const message = 'A key must be a text, not a list or a group of fields.';
    report(state, { code: 'OSL002', path, offset: key.start, message, hint: 'Write one word and a colon.' });
    state.result.incomplete.add(path);
    return undefined;
  }
  if (scalar.plain && scalar.text === '<<') {
    const message = 'Merge keys (<<) are not read: YAML 1.2 has none.';
    const hint = 'Write the fields out where they are needed.';
    report(state, { code: 'OSL023', path, offset: key.start, message, hint });
    state.result.incomplete.add(path);
    return undefined;
  }
  return scalar.text;
}

/**
 * What a key that is there twice says. A group of fields that was begun again has the fields of both; where they differ, and
 * of all else, which of the two is meant cannot be known, so nothing else is said about it.
 */
function withRepeated(pair: YamlPair, first: unknown, second: unknown, path: string, { result }: Composition): unknown {
  if (pair.value.kind !== 'mapping' || !isGroup(first) || !isGroup(second)) {
    result.spoilt.add(path);
    return second;
  }
  for (const name of Object.keys(second)) {
    const differs = Object.hasOwn(first, name) && JSON.stringify(first[name]) !== JSON.stringify(second[name]);
    if (differs) result.spoilt.add(childPointer(path, name));
    setField(first, name, second[name]);
  }
  result.incomplete.add(path);
  return first;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** So many keys in a row that are there already are a new entry of a list whose hyphen is missing. */
const wholeEntry = 3;

function reportDuplicates(duplicates: readonly Duplicate[], path: string, state: Composition): void {
  const inARow = duplicates.every(({ place }, index) => place === (duplicates[0]?.place ?? 0) + index);
  const missingHyphen = inARow && duplicates.length >= wholeEntry && /\/[0-9]+$/.test(path);
  // Two entries in one: which of them its other fields belong to is not known either.
  if (missingHyphen) state.result.spoilt.add(childPointer(path, 'name'));
  for (const { pair, name, first } of missingHyphen ? duplicates.slice(0, 1) : duplicates) {
    const others = missingHyphen ? `, as are the ${duplicates.length - 1} keys after it` : '';
    const message = `The key ${plainValue(name)} is there already, in line ${state.lineOf(first)}${others}.`;
    const hint = missingHyphen
      ? 'Put a hyphen and a space before it if a new entry starts here; otherwise remove the copies.'
      : 'Keep one of the two: YAML allows each key once, and only the last would count.';
    report(state, { code: 'OSL003', path: childPointer(path, name), offset: pair.key.start, message, hint });
  }
}

function aliasValue(node: YamlAlias, path: string, state: Composition): unknown {
  const { target, name } = node;
  if (node.isInsideTarget) {
    const message = `The alias *${plainValue(name)} is inside of what it stands for, which so has no end.`;
    const hint = 'Write the value itself.';
    report(state, { code: 'OSL006', path, offset: node.start, message, hint });
    state.result.spoilt.add(path);
    return undefined;
  }
  if (target === undefined) {
    const message = `There is no anchor &${plainValue(name)} before this alias in the same document.`;
    const hint = 'Write the value itself; anchors end with their document.';
    report(state, { code: 'OSL022', path, offset: node.start, message, hint });
    state.result.spoilt.add(path);
    return undefined;
  }
  return compose(target, path, { ...state, open: [...state.open, target] });
}

function checkTag(node: YamlNode, own: string, path: string, state: Composition): void {
  if (node.tag !== '' && node.tag !== own && node.tag !== '!') refuseTag(node, path, state);
}

function refuseTag(node: YamlNode, path: string, state: Composition): void {
  const text = node.kind === 'scalar' ? ` ${quoteValue(node.text)}` : '';
  const message = `The tag ${plainValue(node.tag)} cannot be used${text === '' ? ' here' : ` for${text}`}.`;
  const hint = 'Leave the tag out; quotes make a text of anything.';
  const offset = (node.kind === 'scalar' ? undefined : node.tagStart) ?? node.start;
  report(state, { code: 'OSL027', path, offset, message, hint });
  state.result.spoilt.add(path);
}

/** Says it once: not again for each alias. */
function report({ result, open }: Composition, finding: Finding): void {
  if (open.length === 0) result.findings.push(finding);
}
