/** Longest part of a value that a message repeats, in characters. */
const longest = 80;

/** Control, format and line-separating characters; none may reach a terminal, a log or a comment from somebody's file. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text on one line, with unprintable characters as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A user, perhaps with a password, in a URL, from the colon behind the scheme on. */
const userInUrl = /:\/\/([^/\s@"']+)@/g;

/**
 * The text with `*` in place of users and passwords in URLs, so that a token that somebody put there is not repeated. Users
 * of ssh without a password stay: they are names such as git.
 */
export function withoutCredentials(text: string): string {
  return text.replace(userInUrl, (whole, user: string, offset: number) => {
    const before = text.slice(Math.max(0, offset - 4), offset);
    const isName = /(^|[^a-z0-9+.-])ssh$/i.test(before) && !user.includes(':');
    return isName || !/[a-z0-9+.-]$/i.test(before) ? whole : `://${'*'.repeat(user.length)}@`;
  });
}

/**
 * A value from a file as it may appear inside a message: in double quotes when it is text, cut to 80 characters, printable,
 * without credentials.
 * Escaping for Markdown or workflow commands is the reporter's part.
 */
export function quoteValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  const text = String(value);
  const shown =
    printable(withoutCredentials(text.slice(0, 5 * longest)).slice(0, longest)) + (text.length > longest ? '…' : '');
  return typeof value === 'string' ? `"${shown}"` : shown;
}

/** A key or name without quotes, made safe in the same way. */
export function plainValue(value: string): string {
  return quoteValue(value).slice(1, -1);
}
