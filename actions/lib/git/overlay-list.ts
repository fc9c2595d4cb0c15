import { load } from 'js-yaml';
import { Document, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { Failure, toFailure } from '../failure.ts';

/** Name of the file in a layer that lists deletions, renames and what to ignore; itself never part of the overlay. */
export const overlayListName = '.overlay.yaml';

/** What a `.overlay.yaml` says. Paths of `delete` and `rename` are those of the mirrored repository, from its root. */
export type OverlayList = {
  delete: string[];
  rename: { from: string; to: string }[];
  /** Patterns for files of this layer that are not mirrored, see `ignoreRule`. */
  ignore: string[];
};

/**
 * @param text the file; empty for one that is not there
 * @param file what messages call it, e.g. `deployments/sar/container/.overlay.yaml`
 * @throws Failure `OverlayList`
 */
export function parseOverlayList(text: string, file: string): OverlayList {
  try {
    return listOf(text.trim() === '' ? {} : load(text));
  } catch (error) {
    const [reason = ''] = toFailure(error).message.split('\n', 1);
    throw malformed(file, reason, error);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const withoutSlash = (path: string): string => path.replace(/(?<=.)\/$/, '');

function listOf(value: unknown): OverlayList {
  if (value === null || value === undefined) return { delete: [], rename: [], ignore: [] };
  if (!isRecord(value) || Array.isArray(value)) throw new Error('it is not a mapping');
  const unknown = Object.keys(value).find((key) => !['delete', 'rename', 'ignore'].includes(key));
  if (unknown !== undefined) throw new Error(`the key ${JSON.stringify(unknown)} is unknown`);
  const renames = value['rename'] ?? [];
  if (!Array.isArray(renames)) throw new Error('`rename` is not a list');
  return {
    delete: textsOf(value, 'delete').map(withoutSlash),
    rename: renames.map(renameOf),
    ignore: textsOf(value, 'ignore'),
  };
}

function textsOf(value: Record<string, unknown>, key: 'delete' | 'ignore'): string[] {
  const texts = value[key] ?? [];
  const what = key === 'delete' ? 'paths' : 'patterns';
  if (!Array.isArray(texts) || !texts.every(isText)) throw new Error(`\`${key}\` is not a list of ${what}`);
  return texts;
}

function renameOf(entry: unknown): { from: string; to: string } {
  if (!isRecord(entry) || !isText(entry['from']) || !isText(entry['to'])) {
    throw new Error('`rename` holds an entry without `from` and `to`');
  }
  return { from: withoutSlash(entry['from']), to: withoutSlash(entry['to']) };
}

/**
 * Adds paths to the `delete` list of a `.overlay.yaml` and leaves everything else in it, comments too, as it is.
 * @param text what the file says; empty for a new one
 * @throws Failure `OverlayList` when the text is not of that form
 */
export function addDeletions(text: string, paths: readonly string[]): string {
  const document = text.trim() === '' ? new Document({}) : parseDocument(text);
  const list = document.get('delete') ?? new YAMLSeq();
  if (document.errors.length > 0 || !isSeq(list)) throw malformed(overlayListName, 'no list can be added to');
  const present = new Set(list.items.map(String));
  for (const path of paths) if (!present.has(path)) list.add(document.createNode(path));
  document.set('delete', list);
  return document.toString({ lineWidth: 0 });
}

function malformed(file: string, reason: string, cause?: unknown): Failure {
  return new Failure({
    code: 'OverlayList',
    source: 'user',
    message: `${file} is malformed: ${reason.replace(/\.?$/, '.')}`,
    hint: 'It holds `delete`, a list of paths, `rename`, a list of {from, to}, and `ignore`, a list of patterns.',
    cause,
  });
}
