import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** Line and column, both from 1. */
export type Position = { line: number; column: number };

/** Which part of a field a finding is about. */
export type Part = 'key' | 'value';

/** A syntax error as the position-keeping parser reports it. */
export type SyntaxFinding = Position & { reason: string; duplicateKey: boolean };

/** Finds fields of one YAML text by JSON pointer. */
export type PositionFinder = {
  /** The place of a field; for one that does not exist, the place of its nearest parent. */
  find(pointer: string, part: Part): Position;
  syntaxErrors(): SyntaxFinding[];
};

/**
 * Reads the text with the parser that keeps positions. Slower than the one that reads values, therefore only for texts
 * with findings.
 */
export function createPositionFinder(text: string): PositionFinder {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: false, prettyErrors: false, uniqueKeys: true });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    find(pointer, part) {
      return position(offsetOf(document.contents, pointer, part));
    },
    syntaxErrors() {
      return document.errors.map((error) => ({
        ...position(error.pos[0]),
        reason: error.message,
        duplicateKey: error.code === 'DUPLICATE_KEY',
      }));
    },
  };
}

/** The path of a JSON pointer (RFC 6901) as its unescaped parts. */
export function pointerParts(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function offsetOf(root: Node | null, pointer: string, part: Part): number {
  let node: Node | null = root;
  let offset = startOf(root);
  for (const name of pointerParts(pointer)) {
    const next = childOf(node, name);
    if (next === undefined) return offset;
    node = next.value;
    offset = part === 'key' || node === null ? next.key : startOf(node);
  }
  return offset;
}

function childOf(node: Node | null, name: string): { key: number; value: Node | null } | undefined {
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key) || String(pair.key.value) !== name) continue;
      const value = pair.value as Node | null;
      return { key: startOf(pair.key), value };
    }
  }
  if (isSeq(node)) {
    const item = node.items[Number(name)] as Node | undefined;
    if (item !== undefined) return { key: startOf(item), value: item };
  }
  return undefined;
}

function startOf(node: Node | null): number {
  if (node === null) return 0;
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}
