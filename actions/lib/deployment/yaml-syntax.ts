import { YAMLException } from 'js-yaml';
import type { Finding } from './finding.ts';
import { explainSyntax, lacksColon, lacksSpace } from './yaml-slips.ts';
import { parseYaml } from './yaml-tree.ts';

/** Deepest nesting of a file; ours need seven levels. */
export const deepest = 20;

/** How many characters may be read again to find the cause of an error; a real file needs a tenth of it. */
const mostRead = 1_000_000;

/** Errors that show only later in the text than they were made: something was opened and not closed. */
const lateErrors =
  /deficient indentation|unexpected end|multiline key|missed comma|whitespace character is expected|expected ':'/;

/**
 * Says what is wrong with a text that the parser refuses, at the line where it went wrong.
 * @param section the refused text; `offset` is its place in the file
 * @param error what the parser threw
 */
export function syntaxFindings(section: string, offset: number, error: unknown): Finding[] {
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const reported = error instanceof YAMLException ? (error.mark?.position ?? 0) : 0;
  if (/maxDepth/.test(reason) || error instanceof RangeError) return [tooDeep(offset + reported)];
  const early = lateErrors.test(reason) ? firstBadLine(section, reported) : reported;
  const place = withoutColonBefore(section, early) ?? early;
  const line = lineAround(section, place);
  if (/tab characters/.test(reason) || /^ *\t/.test(line)) return tabFindings(section, offset, offset + place);
  const { message, hint } = explainSyntax(line.trim(), reason);
  return [{ code: 'OSL002', path: '', offset: offset + place, message, hint }];
}

function tooDeep(offset: number): Finding {
  const message = `The file nests lists and groups of fields deeper than ${deepest} levels.`;
  return {
    code: 'OSL006',
    path: '',
    offset,
    message,
    hint: 'A declaration needs seven levels. Look for brackets that are not closed.',
  };
}

/** Most lines that are pointed out for their tabs. */
const mostTabs = 50;

/** The lines that are indented with tabs: who has one has many. */
function tabFindings(section: string, offset: number, place: number): Finding[] {
  const message = 'This line is indented with a tab; YAML allows only spaces.';
  const hint = 'Replace the tab by spaces, two for each level.';
  const lines = section.matchAll(/^( *)\t[ \t]*[^\s#]/gm).take(mostTabs);
  const places = lines.map(({ 1: spaces = '', index }) => offset + index + spaces.length).toArray();
  return (places.length === 0 ? [place] : places).map((at) => ({
    code: 'OSL007',
    path: '',
    offset: at,
    message,
    hint,
  }));
}

/**
 * Offset of the line after the longest beginning of the text that is valid: where something was opened that stayed open.
 * The place of the error when the cause is not found within a bounded number of attempts.
 */
function firstBadLine(section: string, reported: number): number {
  const starts = [0];
  for (const { index } of section.matchAll(/\n/g)) if (index < reported) starts.push(index + 1);
  let read = 0;
  for (const start of starts.reverse()) {
    read += start;
    if (read > mostRead) break;
    if (!isValid(section.slice(0, start))) continue;
    const indent = /^[ ]*(- )*/.exec(section.slice(start))?.[0].length ?? 0;
    return start + indent;
  }
  return reported;
}

/**
 * Offset of the line before when its key has no colon, or no space behind it: YAML takes it for a text that goes on in the
 * next line, and stumbles only there.
 */
function withoutColonBefore(section: string, place: number): number | undefined {
  const start = section.lastIndexOf('\n', place - 1);
  if (start < 0) return undefined;
  const before = section.lastIndexOf('\n', start - 1) + 1;
  const line = section.slice(before, start);
  const isKey = lacksSpace(line.trim()) || (lacksColon(line) && startsGroup(section.slice(0, before), line));
  return isKey ? before + line.search(/[^\s-]/) : undefined;
}

/** Whether a line is the first of a group of fields: an entry of a list, or right below the key of the group. */
function startsGroup(before: string, line: string): boolean {
  return /^ *- /.test(line) || endsInKey(before.slice(-farthestKey));
}

/** Whether the last line that is neither empty nor a comment ends in a colon, perhaps with a comment behind it. */
function endsInKey(text: string): boolean {
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trim());
  const last = lines.findLast((line) => line !== '' && !line.startsWith('#')) ?? '';
  return /:[ \t]*(#|$)/.test(last);
}

/** How far above a group's first field its key is looked for, in characters; comments may be between. */
const farthestKey = 1000;

function isValid(text: string): boolean {
  try {
    parseYaml(text, { maxDepth: deepest });
    return true;
  } catch {
    return false;
  }
}

function lineAround(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? undefined : end);
}
