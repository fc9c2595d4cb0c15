import { Document, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { Failure } from '../failure.ts';

/**
 * Adds paths to the `delete` list of a `.overlay.yaml` and leaves everything else in it, comments too, as it is.
 * @param text what the file says; empty for a new one
 * @throws Failure `OverlayList` when the text is not of that form
 */
export function addDeletions(text: string, paths: readonly string[]): string {
  const document = text.trim() === '' ? new Document({}) : parseDocument(text);
  const list = document.get('delete') ?? new YAMLSeq();
  if (document.errors.length > 0 || !isSeq(list)) {
    throw new Failure({
      code: 'OverlayList',
      source: 'user',
      message: 'The .overlay.yaml of the deployment is malformed.',
      hint: 'It holds `delete`, a list of paths, and `rename`, a list of {from, to}.',
    });
  }
  const present = new Set(list.items.map(String));
  for (const path of paths) if (!present.has(path)) list.add(document.createNode(path));
  document.set('delete', list);
  return document.toString({ lineWidth: 0 });
}
