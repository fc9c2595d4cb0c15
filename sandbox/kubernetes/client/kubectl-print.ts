import { stringify } from 'yaml';
import { ToolError } from '../../tools/run-tool.ts';
import type { KubernetesObject } from '../cluster-state.ts';
import { kindOfWord, qualifiedName } from '../objects/kinds.ts';
import { fillJsonPath } from './jsonpath.ts';
import { objectTable } from './table.ts';

export type Found = { kind: string; apiVersion: string; items: KubernetesObject[] };

/**
 * What `kubectl get` prints.
 * @param single one object was asked for by its name, so it stands for itself and not in a list
 * @throws ToolError for an output format the sandbox does not have
 */
export function printObjects(
  found: readonly Found[],
  output: string | undefined,
  options: { single: boolean; namespaces: boolean; headers: boolean },
): string {
  const items = found.flatMap((each) => each.items);
  const document = options.single
    ? items[0]
    : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
  if (output === undefined || output === 'wide') {
    const shown = found.filter((each) => each.items.length > 0);
    return shown.map(({ kind, items: objects }) => objectTable(kind, objects, options)).join('\n');
  }
  if (document === undefined) return '';
  if (output === 'json') return `${JSON.stringify(document, undefined, 4)}\n`;
  if (output === 'yaml') return stringify(document);
  if (output === 'name')
    return items.map(({ kind, metadata }) => `${qualifiedName(kindOfWord(kind), metadata.name)}\n`).join('');
  if (output.startsWith('jsonpath=')) return fillJsonPath(output.slice('jsonpath='.length), document);
  throw new ToolError(
    `error: unable to match a printer suitable for the output format "${output}", allowed formats are: json,jsonpath,name,wide,yaml`,
  );
}
