import { Document, isCollection, isMap, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { needsQuotes } from '../scaffold/text-edits.ts';
import { withoutControls } from './lost-comments.ts';

/** Comments of a node of the old file, which its successor keeps. */
type Commented = { comment?: string | null; commentBefore?: string | null; spaceBefore?: boolean };

const header = '# yaml-language-server: $schema=../../schemas/opensarlab.schema.json\n---\n';

/** A group without fields, with the comments of the old one. */
export function groupLike(old: Node | undefined): YAMLMap {
  const map = new YAMLMap();
  if (isMap(old)) copyComments(old, map);
  return map;
}

/** A list without entries, with the comments of the old one. */
export function listLike(old: Node | undefined): YAMLSeq {
  const list = new YAMLSeq();
  if (isCollection(old)) copyComments(old, list);
  return list;
}

/** Adds a field, with the comments around the old key and value. A field that is there already is replaced. */
export function addField(
  group: YAMLMap,
  name: string,
  value: unknown,
  old?: { key: Node; node: Node | undefined },
): void {
  const key = new Scalar(name);
  const node = nodeOf(value);
  if (old !== undefined) copyComments(old.key as Commented, key);
  if (isScalar(old?.node) && isScalar(node)) copyComments(old.node, node);
  group.set(key, node);
}

/** The whole file: editors' schema line, the sections, and the comments above and below them. */
export function documentText(
  sections: YAMLMap,
  comments: { before: string | undefined; after: string | undefined },
): string {
  const document = new Document<Node>(null, { version: '1.2' });
  for (const [index, { key }] of sections.items.entries()) if (isScalar(key)) key.spaceBefore = index > 0;
  document.contents = sections;
  document.commentBefore = comments.before === undefined ? null : withoutControls(comments.before).trimEnd();
  document.comment = comments.after === undefined ? null : withoutControls(comments.after).trimEnd();
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, blockQuote: false, commentString });
  // The library indents empty lines between comments.
  return header + text.replace(/^[ \t]+$/gm, '');
}

/** Marks comments that stand behind a value; no comment of a file can hold it. */
const behindValue = '\u0000';

/** Two spaces before a comment behind a value, as linters of YAML ask for; the library writes one. */
function commentString(comment: string): string {
  const isBehind = comment.startsWith(behindValue);
  const lines = comment.slice(isBehind ? 1 : 0).replace(/^(?!$)(?: $)?/gm, '#');
  return isBehind ? ` ${lines}` : lines;
}

/** Plain data as nodes; texts in quotes where a reader of YAML 1.1 or 1.2 would take them for something else. */
function nodeOf(value: unknown): Node {
  if (value instanceof YAMLMap || value instanceof YAMLSeq) return value;
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map(nodeOf);
    list.flow = value.every((item) => typeof item !== 'object');
    return list;
  }
  if (typeof value === 'object' && value !== null) {
    const map = new YAMLMap();
    map.items = Object.entries(value).map(([key, item]) => new Pair(nodeOf(key), nodeOf(item)));
    return map;
  }
  const scalar = new Scalar(value);
  if (typeof value === 'string' && needsQuotes(value)) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}

function copyComments(from: Commented, to: Commented): void {
  if (from.comment) to.comment = (isCollection(from) ? '' : behindValue) + withoutControls(from.comment);
  if (from.commentBefore) to.commentBefore = withoutControls(from.commentBefore);
  if (from.spaceBefore) to.spaceBefore = true;
}
