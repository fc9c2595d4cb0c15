import { type Document, isCollection, isMap, isNode, isPair, type Node } from 'yaml';

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
