import { Document, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { severityOf } from '../deployment/diagnostic-codes.ts';
import { placeFindings } from '../deployment/finding.ts';
import { childPointer } from '../deployment/json-pointer.ts';
import { createPositionFinder } from '../deployment/position.ts';
import { quoteValue } from '../deployment/quote-value.ts';
import { readYaml } from '../deployment/read-yaml.ts';
import { withoutEnd } from '../deployment/text-ends.ts';
import { Failure } from '../failure.ts';
import { isPathInside } from './overlay.ts';

/** Name of the file in a layer that lists deletions, renames and what to ignore; itself never part of the overlay. */
export const overlayListName = '.overlay.yaml';

/** What a `.overlay.yaml` says. Paths of `delete` and `rename` are those of the mirrored repository, from its root. */
export type OverlayList = {
  delete: string[];
  rename: { from: string; to: string }[];
  /** Patterns for files of this layer that are not mirrored, see `ignoreRule`. */
  ignore: string[];
  /** The line of each path of `delete` and `rename`. */
  lines: ReadonlyMap<string, number>;
};

/** Largest list that is read, 64 KiB, and most entries of its parts; each costs a look at every file. */
export const largestList = 64 * 1024;
const mostEntries = { delete: 500, rename: 100, ignore: 500 };

/**
 * @param text the file; empty for one that is not there
 * @param file what messages call it, e.g. `deployments/sar/container/.overlay.yaml`
 * @throws Failure `OverlayList` with the line of the first thing that is wrong
 */
export function parseOverlayList(text: string, file: string): OverlayList {
  const none: OverlayList = { delete: [], rename: [], ignore: [], lines: new Map() };
  if (text.trim() === '') return none;
  const yaml = readYaml(text);
  const positions = createPositionFinder(text, yaml.root);
  const error = yaml.findings.find(({ code }) => severityOf(code) === 'error');
  if (error !== undefined) {
    const [place] = placeFindings([error], file, positions);
    throw malformed(file, withoutEnd(error.message, '.'), place?.line);
  }
  const wrong = (path: string, reason: string, part: 'key' | 'value' = 'value'): Failure =>
    malformed(file, reason, positions.find(path, part).line);
  const { value } = yaml;
  if (value === null || value === undefined) return none;
  if (!isRecord(value) || Array.isArray(value)) throw wrong('', 'it is not a mapping');
  const unknown = Object.keys(value).find((key) => !['delete', 'rename', 'ignore'].includes(key));
  if (unknown !== undefined) throw wrong(childPointer('', unknown), `the key ${quoteValue(unknown)} is unknown`, 'key');
  const lines = new Map<string, number>();
  const noted = (path: string, place: string): string => {
    const sound = pathOf(path, place, wrong);
    if (!lines.has(sound)) lines.set(sound, positions.find(place, 'value').line);
    return sound;
  };
  return {
    lines,
    delete: textsOf(value, 'delete', wrong).map((path, index) => noted(path, `/delete/${index}`)),
    rename: listOf(value, 'rename', wrong).map((entry, index) => renameOf(entry, `/rename/${index}`, { wrong, noted })),
    ignore: textsOf(value, 'ignore', wrong),
  };
}

/** Makes the failure about a part of the list. */
type Wrong = (path: string, reason: string) => Failure;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function listOf(value: Record<string, unknown>, key: keyof typeof mostEntries, wrong: Wrong): unknown[] {
  const list = value[key] ?? [];
  if (!Array.isArray(list)) throw wrong(`/${key}`, `\`${key}\` is not a list${key === 'delete' ? ' of paths' : ''}`);
  const most = mostEntries[key];
  if (list.length > most) throw wrong(`/${key}`, `\`${key}\` has more than ${most} entries`);
  return list;
}

function textsOf(value: Record<string, unknown>, key: 'delete' | 'ignore', wrong: Wrong): string[] {
  const what = key === 'delete' ? 'paths' : 'patterns';
  return listOf(value, key, wrong).map((text, index) => {
    if (isText(text)) return text;
    throw wrong(`/${key}/${index}`, `\`${key}\` is not a list of ${what}`);
  });
}

function renameOf(
  entry: unknown,
  path: string,
  { wrong, noted }: { wrong: Wrong; noted: (path: string, place: string) => string },
): { from: string; to: string } {
  if (!isRecord(entry) || !isText(entry['from']) || !isText(entry['to'])) {
    throw wrong(path, '`rename` holds an entry without `from` and `to`');
  }
  return { from: noted(entry['from'], `${path}/from`), to: noted(entry['to'], `${path}/to`) };
}

/** A path of the mirrored repository, without a slash at its end. */
function pathOf(text: string, place: string, wrong: Wrong): string {
  const path = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
  if (isPathInside(path)) return path;
  throw wrong(place, `${quoteValue(text)} is not a path inside the repository`);
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

function malformed(file: string, reason: string, line = 1): Failure {
  return new Failure({
    code: 'OverlayList',
    source: 'user',
    message: `${file}:${line} is malformed: ${reason}.`,
    hint: 'It holds `delete`, a list of paths, `rename`, a list of {from, to}, and `ignore`, a list of patterns.',
    place: { file, line },
  });
}
