/** Small changes that turn what people often write into what a field needs. */
const repairs: readonly ((text: string) => string)[] = [
  (text) => text.trim(),
  (text) => text.replace(/[,;]+$/, ''),
  (text) => text.replace(/^["'\u2018-\u201F]+|["'\u2018-\u201F]+$/g, ''),
  (text) => text.toLowerCase(),
  (text) => text.toLowerCase().replace(/[_\s]+/g, '-'),
  (text) => text.replace(/\s+/g, ''),
  (text) => text.replace(/\s*[iI]?[bB]$/, ''),
  (text) => text.replace(/\s+/g, '').replace(/([kKmMgGtT])[iI]?[bB]?$/, (_, unit: string) => unit.toUpperCase()),
  (text) => text.replace(/([mMgGtT])[iI][bB]?$/, (_, unit: string) => `${unit.toUpperCase()}i`),
  (text) => text.replace(/^(http|webcal|git):/i, 'https:'),
  (text) => text.replace(/\/+$/, ''),
];

/** Longest text that is worth repairing. */
const longest = 200;

/** The value that was probably meant, when a small change makes the text match the pattern; else undefined. */
export function likelyMeant(text: string, pattern: string | undefined): string | undefined {
  if (pattern === undefined || text.length > longest) return undefined;
  const allowed = new RegExp(pattern, 'u');
  return repairs.map((repair) => repair(text)).find((candidate) => candidate !== text && allowed.test(candidate));
}
