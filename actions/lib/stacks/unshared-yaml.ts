import { createLineFinder } from '../deployment/position.ts';
import { parseYaml, type YamlNode } from '../deployment/yaml-tree.ts';
import { Failure } from '../failure.ts';

/** Deepest nesting; our templates need fourteen levels. */
const deepest = 60;

/** Most nodes; the largest template has some two thousand. */
const mostNodes = 50_000;

/**
 * Refuses YAML whose value is larger than its text or is not what its text shows: an alias that stands for aliases makes a billion nodes of ten lines, and
 * whoever walks or writes the value never ends. Our own files share nothing. What is no YAML at all passes; its reader says so.
 * @param file what the failure calls it
 * @throws Failure `YamlShared`, `YamlTooLarge`
 */
export function refuseSharedYaml(text: string, file: string): void {
  let documents: ReturnType<typeof parseYaml>;
  try {
    documents = parseYaml(text, { maxDepth: deepest });
  } catch (error) {
    if (error instanceof Error && /maxDepth/.test(error.message)) throw tooLarge(file, error);
    return;
  }
  for (const { root, size } of documents) {
    if (size > mostNodes) throw tooLarge(file);
    const found = firstOdd(root);
    if (found === undefined) continue;
    const isAlias = found.kind === 'alias';
    throw new Failure({
      code: 'YamlShared',
      source: 'user',
      message: `${file} has ${isAlias ? 'an alias (*)' : 'the key __proto__'}, which is not read here.`,
      hint: isAlias ? 'Write the value itself in its place.' : 'Rename it.',
      place: { file, line: createLineFinder(text)(found.start).line },
    });
  }
}

function tooLarge(file: string, cause?: unknown): Failure {
  const message = `${file} is nested deeper than ${deepest} levels or has more than ${mostNodes} values.`;
  const hint = 'Look for what got into it by mistake.';
  return new Failure({ code: 'YamlTooLarge', source: 'user', message, hint, cause, place: { file, line: 1 } });
}

/** The first alias, or the first key that would change what an object is; nodes are in the order of the text. */
function firstOdd(node: YamlNode | undefined): YamlNode | undefined {
  switch (node?.kind) {
    case 'alias':
      return node;
    case 'sequence':
      return firstOf(node.items);
    case 'mapping':
      return (
        node.pairs.find(({ key }) => key.kind === 'scalar' && key.text === '__proto__')?.key ??
        firstOf(node.pairs.flatMap(({ key, value }) => [key, value]))
      );
    default:
      return undefined;
  }
}

function firstOf(nodes: readonly YamlNode[]): YamlNode | undefined {
  for (const node of nodes) {
    const found = firstOdd(node);
    if (found !== undefined) return found;
  }
  return undefined;
}
