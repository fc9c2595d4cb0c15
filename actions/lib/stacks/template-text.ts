import { COLLECTION_STYLE, type Document, dump, type Node, SCALAR_STYLE } from 'js-yaml';
import type { Template } from './template.ts';

type Mapping = Extract<Node, { kind: 'mapping' }>;
type Scalar = Extract<Node, { kind: 'scalar' }>;
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

/**
 * Widest collection that is written on one line, in characters; `dense` gives up lines of a readable length and saves a
 * seventh of the bytes, which are mostly indentation.
 */
const widestLines = { readable: 110, dense: 1000 } as const;
export type TemplateLayout = keyof typeof widestLines;

/** Largest template that CloudFormation takes in the request itself, in bytes (CloudFormation quotas). */
export const largestTemplateBody = 51_200;

/** The readable text of a template, or the dense one where only that may fit into a request. */
export function requestText(template: Template): string {
  const readable = writeTemplate(template);
  return Buffer.byteLength(readable) < largestTemplateBody ? readable : writeTemplate(template, 'dense');
}

/**
 * A template as YAML that people can read and CloudFormation takes: short forms, small collections on one line. The same
 * template always gives the same text.
 */
export function writeTemplate(template: Template, layout: TemplateLayout = 'readable'): string {
  const transform = (documents: Document[]): void => {
    for (const document of documents) {
      if (document.contents !== null) document.contents = shorten(document.contents, widestLines[layout]).node;
    }
  };
  return dump(template, { lineWidth: -1, noRefs: true, transform });
}

/** The node in its shortest form, with the characters it takes on one line. */
function shorten(node: Node, widest: number): { node: Node; width: number } {
  switch (node.kind) {
    case 'scalar':
      // A text of several lines is readable only as a block.
      return { node: quoted(node), width: node.value.includes('\n') ? widest + 1 : node.value.length + 2 };
    case 'alias':
      return { node, width: node.anchor.length + 1 };
    case 'sequence':
      return shortenSequence(node, widest);
    case 'mapping':
      return shortenMapping(node, widest);
  }
}

/**
 * The scalar in quotes if readers of YAML 1.1, which CloudFormation's is, would take it for the start of a key: in a
 * collection on one line they end a plain text at a question mark and let none begin with a colon.
 */
function quoted(node: Scalar): Scalar {
  const needsQuotes = node.style === SCALAR_STYLE.PLAIN && /\?|^:/.test(node.value);
  return needsQuotes ? { ...node, style: SCALAR_STYLE.SINGLE_QUOTED } : node;
}

function shortenSequence(node: Sequence, widest: number): { node: Node; width: number } {
  const items = node.items.map((item) => shorten(item, widest));
  const width = items.reduce((sum, item) => sum + item.width + 2, 2);
  return { node: { ...node, items: items.map((item) => item.node), style: styleFor(width, widest) }, width };
}

function shortenMapping(node: Mapping, widest: number): { node: Node; width: number } {
  const items = node.items.map(({ key, value }) => ({ key, value: shorten(value, widest) }));
  const [only] = items;
  const tag = items.length === 1 && only?.key.kind === 'scalar' ? shortNames.get(only.key.value) : undefined;
  const tagged = only === undefined || tag === undefined ? undefined : withTag(only.value.node, tag);
  if (tagged !== undefined) return { node: tagged, width: (only?.value.width ?? 0) + 8 };
  const width = items.reduce((sum, { key, value }) => sum + keyWidth(key) + value.width + 4, 2);
  const pairs = items.map(({ key, value }) => ({ key, value: value.node }));
  return { node: { ...node, items: pairs, style: styleFor(width, widest) }, width };
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

function styleFor(width: number, widest: number) {
  return width <= widest ? COLLECTION_STYLE.FLOW : COLLECTION_STYLE.BLOCK;
}
