import { isNothing, oneLine } from './field-rules.ts';
import type { UpstreamGroup } from './upstream-reader.ts';

/** What the checkout has for a declaration to name; undefined: not known. */
export type Surroundings = {
  /** Folders below `images/`. */
  images?: readonly string[];
  /** Files below `singleuser/hooks/`. */
  hooks?: readonly string[];
};

/** The value of the first of these fields that says something, on one line. */
export function textOf({ fields }: UpstreamGroup, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = fields.find((field) => field.name === name)?.text;
    if (!isNothing(text)) return oneLine(text);
  }
  return undefined;
}

/**
 * The folder below `images/` that an image of upstream's was built from, by its name: `sar`, `SAR`, or
 * `deployment-opensarlab-container_sar`, as upstream calls what it keeps in GitHub's registry.
 * @returns lower-case letters and digits; empty when there are none
 */
export function imageFolder(image: string, images: readonly string[] | undefined): string {
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const built = image.slice(image.toLowerCase().lastIndexOf('container_') + 'container_'.length);
  const isBuilt = image.toLowerCase().includes('container_') && letters(built) !== '';
  const candidates = [image.toLowerCase(), letters(image), ...(isBuilt ? [letters(built)] : [])];
  const known = candidates.find((candidate) => images?.includes(candidate));
  return known ?? (isBuilt ? letters(built) : letters(image));
}

/** The entry that a name of the file means: the same, else the only one with the same letters and digits. */
export function meant<T>(entries: ReadonlyMap<string, T>, name: string): T | undefined {
  const exact = entries.get(name);
  if (exact !== undefined) return exact;
  const plain = (text: string): string =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '');
  const alike = [...entries].filter(([old]) => plain(old) === plain(name) && plain(name) !== '');
  return alike.length === 1 ? alike[0]?.[1] : undefined;
}

/** `a, b` for people; `none` for none. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 10).join(', ') + (names.length > 10 ? ' and more' : '');
}
