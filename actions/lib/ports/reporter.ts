import type { Diagnostic } from '../deployment/diagnostic.ts';

/** The only way the product says anything. Implementations escape what they print for their medium. */
export type Reporter = {
  /** Progress for a person watching. */
  info(message: string): void;
  warning(message: string): void;
  /** A finding with its place in a file: an annotation in GitHub, a line with the place in a terminal. */
  diagnostic(diagnostic: Diagnostic): void;
  /** Markdown for the job summary; a terminal may leave it out. */
  summary(markdown: string): void;
  /** Never shows the value again, in any output. */
  secret(value: string): void;
};
