import type { Finding } from './finding.ts';
import { childPointer } from './json-pointer.ts';
import { createLineFinder } from './position.ts';
import { checkText } from './text-findings.ts';
import { deepest, syntaxFindings } from './yaml-syntax.ts';
import { parseYaml, type YamlDocument, type YamlMapping, type YamlNode } from './yaml-tree.ts';
import { type YamlValue, yamlValueOf } from './yaml-value.ts';

/** A file as YAML: its nodes and its value, as far as it has them, and what is wrong with it. */
export type YamlReading = YamlValue & { root: YamlNode | undefined };

/**
 * Reads YAML 1.2 (core schema: no merge keys, no dates, `no` and `on` are text) with limits on size, nesting and aliases.
 * Nothing is thrown. After a syntax error the top-level sections are read one by one, so that a mistake in one of them
 * does not hide those in the others.
 */
export function readYaml(text: string): YamlReading {
  const { findings, readable } = checkText(text);
  if (!readable) return { ...nothing(['']), findings, root: undefined };
  let documents: YamlDocument[];
  try {
    documents = parseYaml(text, { maxDepth: deepest });
  } catch (error) {
    const rest = readSections(text, error);
    return { ...rest, findings: [...findings, ...rest.findings] };
  }
  return readDocuments(documents, text, findings);
}

function nothing(spoilt: string[]): YamlValue {
  return { value: undefined, findings: [], ambiguous: [], spoilt: new Set(spoilt), incomplete: new Set() };
}

function readDocuments(documents: readonly YamlDocument[], text: string, before: Finding[]): YamlReading {
  const place = documents.findIndex(hasContent);
  const first = documents[place];
  const root = first?.root;
  if (first === undefined || root === undefined) {
    const message = 'The file has no fields, at most comments.';
    const hint = 'Copy deployments/_example/opensarlab.yaml into it.';
    const finding: Finding = { code: 'OSL009', path: '', offset: 0, message, hint };
    return { ...nothing(['']), findings: [...before, finding], root: undefined };
  }
  const read = yamlValueOf(first, lineFinder(text));
  const next = documents[place + 1];
  // What is missing in the first document is probably in the second.
  if (next !== undefined) read.incomplete.add('');
  const second = next ?? (place > 0 ? first : undefined);
  const more = second === undefined ? [] : [severalDocuments(text, next === undefined ? 0 : root.start, second)];
  const later = documents.slice(place + 1).flatMap((document) => anchorFindings(document, text));
  return { ...read, findings: [...before, ...read.findings, ...more, ...later], root };
}

/** Whether a document says anything; one that has only its marker does not. */
function hasContent({ root }: YamlDocument): boolean {
  return root !== undefined && !(root.kind === 'scalar' && root.plain && root.text === '' && root.tag === '');
}

/** Of later documents only aliases are looked at: to use an anchor of the first is the likeliest mistake. */
function anchorFindings(document: YamlDocument, text: string): Finding[] {
  return yamlValueOf(document, lineFinder(text)).findings.filter(({ code }) => code === 'OSL022');
}

function lineFinder(text: string): (offset: number) => number {
  let find: ReturnType<typeof createLineFinder> | undefined;
  return (offset) => {
    find ??= createLineFinder(text);
    return find(offset).line;
  };
}

/** @param after offset after which the marker of the second document is */
function severalDocuments(text: string, after: number, second: YamlDocument): Finding {
  const from = second.root?.start ?? text.length;
  // A document without content has the place of what is before its marker.
  const marker = hasContent(second) ? text.lastIndexOf('\n---', from) : text.indexOf('\n---', from);
  const offset = marker >= after ? marker + 1 : Math.min(from, text.length - 1);
  const message = 'Here starts a second YAML document; a file declares one deployment.';
  const hint = 'Remove this line, or move what follows to the folder of another deployment.';
  return { code: 'OSL004', path: '', offset, message, hint };
}

type Section = { name: string; text: string; offset: number };

/** A key at the start of a line: letters first, so that no comment, list, bracket or document marker looks like one. */
const topLevelKey = /^(?:([A-Za-z_][\w-]*)|"([A-Za-z_][\w-]*)"|'([A-Za-z_][\w-]*)')[ \t]*:(?=[ \t\r\n]|$)/gm;

function sectionsOf(text: string): Section[] {
  const keys = [...text.matchAll(topLevelKey)];
  return keys.map((match, index) => ({
    name: match[1] ?? match[2] ?? match[3] ?? '',
    text: text.slice(match.index, keys[index + 1]?.index),
    offset: match.index,
  }));
}

/** Most sections that are worth reading one by one; a declaration has thirteen. */
const mostSections = 40;

function readSections(text: string, error: unknown): YamlReading {
  const whole = { ...nothing(['']), findings: syntaxFindings(text, 0, error), root: undefined };
  const sections = sectionsOf(text);
  if (sections.length > mostSections) return whole;
  const root: YamlMapping = { kind: 'mapping', start: sections[0]?.offset ?? 0, tag: '', pairs: [] };
  let size = 0;
  const findings: Finding[] = [];
  const broken: string[] = [];
  for (const { name, text: section, offset } of sections) {
    try {
      const [document] = parseYaml(section, { offset, maxDepth: deepest });
      size += document?.size ?? 0;
      if (document?.root?.kind === 'mapping') for (const pair of document.root.pairs) root.pairs.push(pair);
    } catch (sectionError) {
      findings.push(...syntaxFindings(section, offset, sectionError));
      broken.push(childPointer('', name));
    }
  }
  if (findings.length === 0) return whole;
  return withoutBroken(yamlValueOf({ root, size, hasAliases: true }, lineFinder(text)), broken, findings, root);
}

/**
 * What the readable sections say. Aliases are not followed into other sections, so an anchor that is not found is no
 * finding; nor is a missing section, whose key may be what cannot be read.
 */
function withoutBroken(read: YamlValue, broken: string[], findings: Finding[], root: YamlNode): YamlReading {
  const known = read.findings.filter(({ code }) => code !== 'OSL022');
  const spoilt = new Set([...read.spoilt, ...broken]);
  return { ...read, findings: [...findings, ...known], spoilt, incomplete: new Set([...read.incomplete, '']), root };
}
