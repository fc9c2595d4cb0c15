import { printable } from '../../deployment/quote-value.ts';
import { isPathInside } from '../../mirror/overlay.ts';

/** Longest path, 4,096 bytes, as on Linux and in CodeCommit (codecommit userguide, limits.html). */
const longestPath = 4_096;

/** Longest name of a file or folder on Linux file systems, 255 bytes. */
const longestName = 255;

/** Deepest place of a file; ours need nine folders. */
const deepestPath = 32;

/** Control, format (bidirectional, invisible), private and separating characters, and halves of a character. */
const unfit = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Why a path of a proposal cannot be used, as the end of a sentence about it; undefined when it can. A path must be one that
 * people see as it is, that means the same on every system, and that leads down from the root.
 * @param path from the root of the checkout, with `/`
 */
export function whyUnfitPath(path: string): string | undefined {
  const parts = path.split('/');
  if (path.includes('\uFFFD')) return 'is not UTF-8';
  if (unfit.test(path)) return 'has control or invisible characters in its name';
  if (path !== path.normalize('NFC')) return 'has a name that is not in Unicode’s composed form (NFC)';
  if (!isPathInside(path)) return 'is not a path inside the repository, or is one that some systems take for .git';
  if (parts.length > deepestPath) return `lies deeper than ${deepestPath} folders`;
  if (parts.some((part) => Buffer.byteLength(part) > longestName)) return 'has a name of more than 255 bytes';
  if (Buffer.byteLength(path) > longestPath) return 'has a path of more than 4,096 bytes';
  return undefined;
}

/** A path as a message shows it: printable, not longer than a line. */
export function shownPath(path: string): string {
  const text = printable(path);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
