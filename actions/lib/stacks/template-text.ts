import { COLLECTION_STYLE, type Document, dump, type Node, SCALAR_STYLE } from 'js-yaml';
import type { Template, TemplateResource, TemplateValue } from './template.ts';

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

/** The most readable text of a template that fits into a request; the smallest one where none does. */
export function requestText(template: Template): string {
  const fits = (text: string): boolean => Buffer.byteLength(text) < largestTemplateBody;
  const readable = writeTemplate(template);
  if (fits(readable)) return readable;
  const dense = writeTemplate(template, 'dense');
  return fits(dense) ? dense : packTemplate(template);
}

/**
 * A template as YAML without a space too many, each section on a line: a quarter smaller than the readable text, a tenth
 * smaller than JSON, whose functions and quotes are longer. CloudFormation takes a text that begins with a brace for JSON.
 */
export function packTemplate(template: Template): string {
  const sections = Object.entries(template).map(([name, section]) => `${name}: ${packValue(section)}\n`);
  return sections.join('');
}

/** A value, or a part of a template, which is made of values. */
type Packed = TemplateValue | Template[keyof Template] | TemplateResource | Packed[] | undefined;

function packValue(value: Packed): string {
  if (typeof value === 'string') return packText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(packValue).join(',')}]`;
  const entries = Object.entries<Packed>(value).filter(([, part]) => part !== undefined);
  const [only] = entries;
  const tag = entries.length === 1 && only !== undefined ? shortNames.get(only[0]) : undefined;
  const argument = only?.[1];
  if (tag === '!GetAtt' && Array.isArray(argument) && argument.every((part) => typeof part === 'string')) {
    return `${tag} ${packText(argument.join('.'))}`;
  }
  // A mapping, or a value with a tag of its own, cannot have another.
  if (tag !== undefined && (typeof argument === 'string' || Array.isArray(argument))) {
    return `${tag} ${packValue(argument)}`;
  }
  return `{${entries.map(([key, part]) => `${packText(key)}: ${packValue(part)}`).join(',')}}`;
}

/**
 * A text without quotes where every reader of YAML 1.1 and 1.2 takes it for one: it begins with a letter, has no other
 * signs than those of names, paths, actions and ARNs, colons only inside, and is no word for a truth value or for nothing.
 */
function packText(text: string): string {
  const isPlain =
    /^[A-Za-z][\w./*@+-]*(?:::?[\w./*@+-]+)*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  if (isPlain) return text;
  // Single quotes keep everything as it is but line ends and what cannot be printed.
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
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
