import { withoutEnd, withoutEnds } from './text-ends.ts';

/** Straight and typographic quotes. */
const quotes = '"\'\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F';

/** Small changes that turn what people often write into what a field needs. */
const repairs: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => withoutEnd(text, ',;'),
  (text) => withoutEnds(text, quotes),
  (text) => text.replace(/^(mailto:|@|\*\.)/i, ''),
  (text) => /^[^<>]*<([^<>]+)>$/.exec(text)?.[1] ?? text,
  (text) => text.replace(/^(arn:.*|\/hostedzone|\.{1,2}|hooks)\//, ''),
  (text) => text.replace(/^[a-z-]+-[0-9]+(?=[a-z]$)/, ''),
  (text) => text.replace(/([0-9])[a-z]$/, '$1'),
  (text) => text.toLowerCase(),
  (text) => text.replace(/ +/g, '_'),
  (text) => text.toLowerCase().replace(/[_\s]+/g, '-'),
  (text) => text.replace(/\s+/g, ''),
  (text) => withUnit(text, /([0-9])\s{0,3}([mMgGtT])[iI][bB]?$/, 'i'),
  (text) => withUnit(text, /([0-9])\s{0,3}([kKmMgGtT])[iI]?[bB]?$/, ''),
  (text) => text.replace(/^(http|webcal|git):/i, 'https:'),
  (text) => withoutEnd(text, '/'),
];

/** A size with its unit in upper case directly behind the number. @param unit finds the unit; its groups are the digit before it and the letter */
function withUnit(text: string, unit: RegExp, ending: string): string {
  return text.replace(unit, (_, digit: string, letter: string) => `${digit}${letter.toUpperCase()}${ending}`);
}

/** Longest text that is worth repairing. */
const longest = 200;

/** The value that was probably meant, when a small change makes the text match the pattern; else undefined. */
export function likelyMeant(text: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || text.length > longest || /\p{Cc}/u.test(text)) return undefined;
  const allowed = new RegExp(pattern, 'u');
  return repairs.map((repair) => repair(text)).find((candidate) => candidate !== text && allowed.test(candidate));
}
