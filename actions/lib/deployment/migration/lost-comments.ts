import { type Document, isCollection, isMap, isNode, isPair, Lexer, type Node } from 'yaml';
import { quoteValue } from '../quote-value.ts';
import type { MigrationNote } from './migration-report.ts';
import type { Comment } from './text-cursor.ts';

/** What the lexer puts before a scalar, whose text may start with `#` in a block. */
const scalarFollows = '\u001F';

/**
 * Comments of the old file that are nowhere in the new one, because the field they stood at is gone.
 * @param old all of the old file's
 */
export function lostComments(old: readonly Comment[], newText: string): MigrationNote[] {
  const kept = new Map<string, number>();
  for (const { text } of commentsOf(newText)) kept.set(text, (kept.get(text) ?? 0) + 1);
  return old.flatMap(({ line, text: whole }): MigrationNote[] => {
    const text = visible(whole);
    const left = kept.get(text) ?? 0;
    kept.set(text, left - 1);
    if (left > 0 || text === '') return [];
    return [{ kind: 'dropped', field: 'comment', line, message: `It went with its field: ${quoteValue(text)}.` }];
  });
}

/** The comments of a YAML text. */
export function commentsOf(source: string): Comment[] {
  const comments: Comment[] = [];
  let line = 1;
  let previous = '';
  for (const token of new Lexer().lex(source)) {
    if (token.startsWith('#') && previous !== scalarFollows) comments.push({ line, text: visible(token.slice(1)) });
    line += token.split('\n').length - 1;
    previous = token;
  }
  return comments;
}

/** A comment's text without spaces around it, and without what would move a cursor or hide text. */
function visible(text: string): string {
  return withoutControls(text).trim();
}

/** A question mark for each character that is no text, which the checks would refuse; tabs and line ends stay. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}

/**
 * Gives comments at the left margin to the section below them. The library leaves them with the section above when an
 * indented comment, such as a field that somebody put out of use, stands before them.
 * @param document is changed
 * @param text what it was read from
 */
export function moveSectionComments(document: Document, text: string): void {
  const { contents } = document;
  if (!isMap(contents)) return;
  const atMargin = new Set([...text.matchAll(/^#(.*?)\r?$/gm)].map(([, comment]) => comment));
  for (const [index, { value }] of contents.items.entries()) {
    const below = contents.items[index + 1]?.key;
    if (isNode(value) && isNode(below)) moveComment(value, below, atMargin);
  }
}

function moveComment(section: Node, below: Node, atMargin: ReadonlySet<string | undefined>): void {
  const holder = lastWithComment(section);
  if (holder === undefined) return;
  const lines = (holder.comment ?? '').split('\n');
  const kept = lines.findLastIndex((line) => line.trim() !== '' && !atMargin.has(line)) + 1;
  const moved = lines.slice(kept).join('\n').replace(/^\n+/, '');
  if (moved === '') return;
  holder.comment = lines.slice(0, kept).join('\n') || null;
  below.commentBefore = [moved, below.commentBefore].filter(Boolean).join('\n');
}

/** The section itself or the last list or group in it whose comment stands at its end. */
function lastWithComment(section: Node): Node | undefined {
  let node: unknown = section;
  while (isCollection(node)) {
    if (node.comment) return node;
    const last: unknown = node.items.at(-1);
    node = isPair(last) ? last.value : last;
  }
  return undefined;
}
