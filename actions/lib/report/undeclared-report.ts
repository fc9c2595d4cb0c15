import type { MissingConsent } from '../teardown/consent.ts';
import { code, paragraphs, text } from './markdown.ts';

/** A deployment that was to be destroyed without a decision that counts. */
export type Undeclared = {
  name: string;
  /** Whether its folder is gone from the default branch, as far as is known. */
  isGone: boolean;
  /** Why it was not destroyed. */
  missing: readonly MissingConsent[];
};

/**
 * What is said about a deployment that was not destroyed because nobody decided so.
 * @param wayOn number of the pull request that brings its folder back; undefined when none is prepared
 */
export function renderUndeclared({ name, isGone, missing }: Undeclared, wayOn: number | undefined): string {
  return paragraphs(
    isGone ? `### ❌ Undeclared, not destroyed: ${text(name)}` : `### ❌ Not destroyed: ${text(name)}`,
    `Nothing was changed in its account.${isGone ? ' What is there goes on, and costs money.' : ''}`,
    missing.map(({ message }) => `- ${text(message)}`).join('\n'),
    wayOn === undefined
      ? [...new Set(missing.map(({ hint }) => hint))].map(text).join(' ')
      : `Way on: merge #${wayOn}, which brings the folder back with ${code('adopt: destroy-only')}, then put the label ${code('destroy')} on it.`,
  );
}
