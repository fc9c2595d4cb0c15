import { plainValue } from './quote-value.ts';

/** What is wrong with a line, and what to do. */
export type Slip = { message: string; hint: string };

/** A line that breaks YAML: as a whole without indentation, and what is behind its key. */
type Line = { text: string; value: string; hasValue: boolean; reason: string };

type SlipRule = { applies(line: Line): boolean; message: string; hint: string };

/** Whether a key has its value directly behind its colon, as in `name:sar`. */
export function lacksSpace(line: string): boolean {
  return /^(?:- +)?[A-Za-z_][\w-]*:[^\s/]/.test(line);
}

/** Whether a line could be a key and its value without the colon between, as in `name sar`. */
export function lacksColon(line: string): boolean {
  const rest = line.slice(startOfContent(line));
  const [word = ''] = /^[\w-]+/.exec(rest) ?? [];
  const behind = rest.slice(word.length);
  const text = behind.split('#', 1)[0] ?? '';
  return word !== '' && (text === '' || text.startsWith(' ')) && !text.includes(':');
}

/** Offset behind spaces and the hyphens of entries, each with a space behind it. */
export function startOfContent(line: string): number {
  let at = 0;
  for (;;) {
    while (line.charAt(at) === ' ') at++;
    if (line.charAt(at) !== '-' || line.charAt(at + 1) !== ' ') return at;
    at++;
  }
}

/** What stands behind a key, its colon and a space; undefined when there is none of these. */
function valueBehindKey(line: string): string | undefined {
  if (line.startsWith(' ')) return undefined;
  const rest = line.slice(startOfContent(line));
  const [key] = /^[\w.-]+: /.exec(rest) ?? [];
  return key === undefined ? undefined : rest.slice(key.length).replace(/^ +/, '');
}

const quote = 'Put the value in quotes.';

/** What people do wrong most, in the order in which it is looked for. */
const slips: readonly SlipRule[] = [
  {
    applies: ({ text }) => /^(<{7}|={7}|>{7}|\|{7})/.test(text),
    message: 'This is a mark of a merge conflict that was not resolved.',
    hint: 'Keep one of the two versions, and remove the marks.',
  },
  {
    applies: ({ reason }) => /escape sequence|hexadecimal/.test(reason),
    message: 'Inside of double quotes a backslash starts an escape, and this one does not exist.',
    hint: 'Use single quotes, or write two backslashes.',
  },
  {
    applies: ({ text }) => text.includes('\u00A0'),
    message: 'This line has a no-break space, which YAML takes for a letter.',
    hint: 'Delete it and type a space.',
  },
  {
    applies: ({ text }) => lacksSpace(text),
    message: 'There is no space behind the colon.',
    hint: 'Write the key, a colon, a space and the value.',
  },
  {
    applies: ({ text }) => /^-[^\s-]/.test(text),
    message: 'There is no space behind the hyphen.',
    hint: 'Write a hyphen, a space and the entry.',
  },
  {
    applies: ({ text, hasValue }) => !hasValue && lacksColon(text),
    message: 'This line has no colon after its key.',
    hint: 'Write the key, a colon, a space and the value.',
  },
  { applies: ({ value }) => /^[@`]/.test(value), message: 'A value cannot start with @ or `.', hint: quote },
  { applies: ({ value }) => value.startsWith('%'), message: 'A value cannot start with %.', hint: quote },
  {
    applies: ({ value, reason }) => /^[|>]/.test(value) && /line break/.test(reason),
    message: 'Behind | or > the text starts in the next line.',
    hint: 'Write the text in the next line, indented, or put the value in quotes.',
  },
  {
    applies: ({ value }) => /^[^"'[{|>&*!].*:(\s|$)/.test(value),
    message: 'This value has a colon with a space behind it, which starts another field.',
    hint: quote,
  },
  {
    applies: ({ value }) => /^["']/.test(value) && hasMoreBehindQuote(value),
    message: 'There is more text behind the quotes that end this value.',
    hint: 'Put the whole value in one pair of quotes; inside of single quotes write a single quote twice.',
  },
  {
    applies: ({ value }) => /^["']/.test(value),
    message: 'The quotes that start here are not closed.',
    hint: 'End the value with the same quotes.',
  },
  {
    applies: ({ value }) => /^[[{]/.test(value),
    message: 'The bracket that opens here is not closed, or a comma is missing.',
    hint: 'Separate entries by commas and close the bracket.',
  },
  {
    applies: ({ reason }) => /indentation/.test(reason),
    message: 'This line is indented otherwise than its neighbours.',
    hint: 'Give fields of one group the same number of spaces.',
  },
];

/** Whether the quote that a text starts with comes again, with something behind it. */
function hasMoreBehindQuote(text: string): boolean {
  const next = text.indexOf(text.charAt(0), 1);
  return next >= 0 && next < text.length - 1;
}

/** Longest part of a line that is looked at. */
const longest = 500;

/**
 * Says in plain words why a line breaks YAML; for rare reasons with the parser's own.
 * @param line the line without indentation
 */
export function explainSyntax(line: string, reason: string): Slip {
  const text = line.slice(0, longest);
  const value = valueBehindKey(text);
  const slip = slips.find(({ applies }) =>
    applies({ text, value: value ?? '', hasValue: value !== undefined, reason }),
  );
  if (slip !== undefined) return { message: slip.message, hint: slip.hint };
  return {
    message: `The file is not valid YAML: ${plainValue(reason)}.`,
    hint: 'Correct the line, or compare it with deployments/_example/opensarlab.yaml.',
  };
}
