import type { RemedyKey } from './remedies.ts';

/** What a text has to match: one pattern, or all of several. Patterns are tried on one line, its codes and type before it. */
export type Sign = RegExp | readonly RegExp[];

/** A row of the table of causes. */
export type Cause = {
  /** Stable, for programs and for the corpus, e.g. `service-control-policy`. */
  key: string;
  signs: readonly Sign[];
  /** What it means in plain words, without a full stop; it stands behind a colon. */
  means: string;
  remedy: RemedyKey;
  /** Where the message or its cause is documented. */
  source: string;
};

/** A cause that is read from a log, where several lines may match. */
export type LogCause = Cause & {
  /** How much a match says: what was in the way of everything else outweighs what followed from it. 1 to 9. */
  weight: number;
};

/** True when one of the signs is in the text. Linear in the length of the text. */
export function matches({ signs }: Pick<Cause, 'signs'>, text: string): boolean {
  return signs.some((sign) => (sign instanceof RegExp ? sign.test(text) : sign.every((part) => part.test(text))));
}
