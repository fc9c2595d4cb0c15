import type { Finding } from './finding.ts';

/** Largest file, 256 KiB; one with all the profiles and groups that the schema allows has half of it. */
export const largestFile = 256 * 1024;

/** What a text is before it is YAML; `readable` is false when reading it as YAML would only add noise. */
export type TextCheck = { findings: Finding[]; readable: boolean };

const wholeFile = { path: '', offset: 0 };

/** Finds what is wrong with a file's characters: size, encoding, byte-order mark, line ends, invisible characters. */
export function checkText(text: string): TextCheck {
  const refused = refuse(text);
  if (refused !== undefined) return { findings: [refused], readable: false };
  const findings = [byteOrderMark(text), lineEnds(text), ...invisibleCharacters(text)];
  return { findings: findings.filter((finding) => finding !== undefined), readable: true };
}

function refuse(text: string): Finding | undefined {
  if (text.length > largestFile) {
    const message = `The file has ${text.length} characters; at most ${largestFile} are read.`;
    const hint = 'A declaration has some hundred lines. Look for what got into it by mistake.';
    return { code: 'OSL001', ...wholeFile, message, hint };
  }
  // Decoding puts U+FFFD where bytes are not UTF-8; zeros are what UTF-16 looks like then.
  const undecoded = text.search(/[\uFFFD\0]/);
  if (undecoded >= 0) {
    const message =
      'Here is a character that cannot be read: the file is not UTF-8, or was damaged when it was converted.';
    const hint = 'Save the file with the encoding UTF-8.';
    return { code: 'OSL008', path: '', offset: undecoded, message, hint };
  }
  if (!/[^\s\uFEFF]/.test(text)) {
    const hint = 'Copy deployments/_example/opensarlab.yaml into it.';
    return { code: 'OSL009', ...wholeFile, message: 'The file is empty.', hint };
  }
  return undefined;
}

function byteOrderMark(text: string): Finding | undefined {
  if (!text.startsWith('\uFEFF')) return undefined;
  const message = 'The file starts with a byte-order mark, an invisible character that some tools trip over.';
  return { code: 'OSL020', ...wholeFile, message, hint: 'Save the file as UTF-8 without a byte-order mark.' };
}

function lineEnds(text: string): Finding | undefined {
  const first = text.indexOf('\r');
  if (first < 0) return undefined;
  const message =
    'The lines end with carriage returns, as on Windows; from here on every line counts as changed for Git.';
  const hint = 'Save the file with line ends of Unix (LF).';
  return { code: 'OSL021', path: '', offset: first, message, hint };
}

/** Most places with invisible characters that are pointed out. */
const mostInvisible = 20;

/**
 * Characters that make a reviewer see another text than the one that is read: bidirectional controls, zero-width spaces,
 * line ends that only some tools know, and no-break spaces where only spaces have a meaning. Joiners are left alone, because scripts and emoji need them.
 */
function invisibleCharacters(text: string): Finding[] {
  if (!/[^\0-\x7F]/.test(text)) return [];
  const body = text.slice(1);
  const matches = body.matchAll(/[\u0085\u00A0\u00AD\u200B\u2028-\u202E\u2060\u2066-\u2069\uFEFF]+/g);
  return matches
    .filter(({ 0: characters, index }) => !/^\u00A0+$/.test(characters) || hasMeaningBefore(body, index))
    .take(mostInvisible)
    .map(({ 0: characters, index }): Finding => {
      const name = `U+${(characters.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      const message = `Here is an invisible character (${name}); the text is not what it looks like.`;
      return { code: 'OSL024', path: '', offset: index + 1, message, hint: 'Delete it and type the text again.' };
    })
    .toArray();
}

/** Whether a space at this place would mean something: behind a colon or hyphen, or in the indentation. */
function hasMeaningBefore(text: string, index: number): boolean {
  const before = text.charAt(index - 1);
  if (before === ':' || before === '-') return true;
  let start = index;
  while (text.charAt(start - 1) === ' ') start--;
  return start === 0 || text.charAt(start - 1) === '\n';
}
