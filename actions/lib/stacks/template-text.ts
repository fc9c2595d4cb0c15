import { COLLECTION_STYLE, type Document, dump, type Node, SCALAR_STYLE } from 'js-yaml';
import type { Template } from './template.ts';

type Mapping = Extract<Node, { kind: 'mapping' }>;
type Sequence = Extract<Node, { kind: 'sequence' }>;

/** Functions that are written in their short form; others stay long, which CloudFormation reads just as well. */
const shortNames = new Map([
  ['Ref', '!Ref'],
  ['Fn::GetAtt', '!GetAtt'],
  ['Fn::Sub', '!Sub'],
  ['Fn::If', '!If'],
  ['Fn::Equals', '!Equals'],
  ['Fn::Not', '!Not'],
  ['Fn::And', '!And'],
]);

/** Widest collection that is written on one line, in characters. */
const widestLine = 110;

/**
 * A template as YAML that people can read and CloudFormation takes: short forms, small collections on one line. The same
 * template always gives the same text.
 */
export function writeTemplate(template: Template): string {
  const transform = (documents: Document[]): void => {
    for (const document of documents) {
      if (document.contents !== null) document.contents = shorten(document.contents).node;
    }
  };
  return dump(template, { lineWidth: -1, noRefs: true, transform });
}

/** The node in its shortest form, with the characters it takes on one line. */
function shorten(node: Node): { node: Node; width: number } {
  switch (node.kind) {
    case 'scalar':
      // A text of several lines is readable only as a block.
      return { node, width: node.value.includes('\n') ? widestLine + 1 : node.value.length + 2 };
    case 'alias':
      return { node, width: node.anchor.length + 1 };
    case 'sequence':
      return shortenSequence(node);
    case 'mapping':
      return shortenMapping(node);
  }
}

function shortenSequence(node: Sequence): { node: Node; width: number } {
  const items = node.items.map(shorten);
  const width = items.reduce((sum, item) => sum + item.width + 2, 2);
  return { node: { ...node, items: items.map((item) => item.node), style: styleFor(width) }, width };
}

function shortenMapping(node: Mapping): { node: Node; width: number } {
  const items = node.items.map(({ key, value }) => ({ key, value: shorten(value) }));
  const [only] = items;
  const tag = items.length === 1 && only?.key.kind === 'scalar' ? shortNames.get(only.key.value) : undefined;
  const tagged = only === undefined || tag === undefined ? undefined : withTag(only.value.node, tag);
  if (tagged !== undefined) return { node: tagged, width: (only?.value.width ?? 0) + 8 };
  const width = items.reduce((sum, { key, value }) => sum + keyWidth(key) + value.width + 4, 2);
  const pairs = items.map(({ key, value }) => ({ key, value: value.node }));
  return { node: { ...node, items: pairs, style: styleFor(width) }, width };
}

/** The function's argument with its tag; undefined where YAML cannot say so (an argument with a tag of its own). */
function withTag(argument: Node, tag: string): Node | undefined {
  if (argument.kind === 'scalar' && !argument.tagged) return { ...argument, tag, tagged: true };
  if (argument.kind !== 'sequence' || argument.tagged) return undefined;
  if (tag !== '!GetAtt') return { ...argument, tag, tagged: true };
  const parts = argument.items.map((item) => (item.kind === 'scalar' && !item.tagged ? item.value : undefined));
  if (parts.includes(undefined)) return undefined;
  return { kind: 'scalar', style: SCALAR_STYLE.PLAIN, tag, tagged: true, value: parts.join('.') };
}

function keyWidth(key: Node): number {
  return key.kind === 'scalar' ? key.value.length : 0;
}

function styleFor(width: number) {
  return width <= widestLine ? COLLECTION_STYLE.FLOW : COLLECTION_STYLE.BLOCK;
}
