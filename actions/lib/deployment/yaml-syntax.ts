import { YAMLException } from 'js-yaml';
import type { Finding } from './finding.ts';
import { plainValue } from './quote-value.ts';
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
  const place = lateErrors.test(reason) ? firstBadLine(section, reported) : reported;
  const line = lineAround(section, place);
  if (/tab characters/.test(reason) || /^ *\t/.test(line)) return tabFindings(section, offset, offset + place);
  const { message, hint } = explain(line.trim(), reason);
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
  const lines = section.matchAll(/^( *)\t[ \t]*(?=[^\s#])/gm).take(mostTabs);
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

/** What people do wrong most, recognized by the line; the parser's own words for the rest. */
function explain(line: string, reason: string): { message: string; hint: string } {
  const value = /^(?:- +)*[\w.-]+: +(.*)$/.exec(line.slice(0, 500))?.[1];
  if (value === undefined && /^(?:- +)*[\w-]+(?: +[^:]*)?$/.test(line.slice(0, 500))) {
    return { message: 'This line has no colon after its key.', hint: 'Write the key, a colon, a space and the value.' };
  }
  if (value !== undefined && /^[@`%]/.test(value)) {
    return { message: `A value cannot start with ${value[0]}.`, hint: 'Put the value in quotes.' };
  }
  if (value !== undefined && /^[^"'[{|>&*!].*:(\s|$)/.test(value)) {
    return {
      message: 'This value has a colon with a space behind it, which starts another field.',
      hint: 'Put the value in quotes.',
    };
  }
  if (value !== undefined && /^(["']).*\1./.test(value)) {
    return {
      message: 'There is more text behind the quotes that end this value.',
      hint: 'Put the whole value in one pair of quotes; inside of single quotes write a single quote twice.',
    };
  }
  if (value !== undefined && /^["']/.test(value)) {
    return { message: 'The quotes that start here are not closed.', hint: 'End the value with the same quotes.' };
  }
  if (value !== undefined && /^[[{]/.test(value)) {
    return {
      message: 'The bracket that opens here is not closed, or a comma is missing.',
      hint: 'Separate entries by commas and close the bracket.',
    };
  }
  if (/indentation/.test(reason)) {
    return {
      message: 'This line is indented otherwise than its neighbours.',
      hint: 'Give fields of one group the same number of spaces.',
    };
  }
  return {
    message: `The file is not valid YAML: ${plainValue(reason)}.`,
    hint: 'Correct the line, or compare it with deployments/_example/opensarlab.yaml.',
  };
}
