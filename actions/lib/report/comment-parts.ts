import { details } from './markdown.ts';

/** GitHub refuses longer bodies of comments and pull requests (65,536 characters); some are left for markers. */
const commentLimit = 65_000;

/** What a comment consists of: what must be seen stands open and whole; the rest is folded, and may give way. */
export type CommentParts = {
  /** The first lines: what is lost, in so few characters that they are shown even where nothing else fits. */
  lead: readonly string[];
  /** Markdown that a person has to see before approving; never folded, never cut. */
  open: readonly string[];
  /** Folded, most important first; left out from the end when there is no room. */
  folded: readonly { summary: string; content: string }[];
};

/** A comment's Markdown, and whether everything that must be seen is in it. */
export type FittedComment = { markdown: string; isWhole: boolean };

const leftOut = '_Some folded parts do not fit here; the job summary has them._';

/** More than fits: nothing of it is cut off silently, and nobody can approve it. */
const doesNotFit =
  '> [!CAUTION]\n> **This cannot be approved: what it removes or replaces is more than a comment can show.** Split the change into several pull requests.';

/**
 * Puts a comment together within a limit. Folded parts are left out whole, so that what remains is valid Markdown.
 * @param limit characters, as GitHub counts them
 */
export function fitParts({ lead, open, folded }: CommentParts, limit = commentLimit): FittedComment {
  const joined = (...some: readonly string[]): string => some.filter((part) => part.trim() !== '').join('\n\n');
  const seen = joined(...lead, ...open);
  if (seen.length > limit) return { markdown: `${joined(...lead, doesNotFit)}\n`, isWhole: false };
  const parts = [seen];
  let room = limit - seen.length - leftOut.length - 4;
  let isComplete = true;
  for (const { summary, content } of folded) {
    const part = details(summary, content.trim());
    if (part === '') continue;
    if (part.length + 2 > room) {
      isComplete = false;
      continue;
    }
    parts.push(part);
    room -= part.length + 2;
  }
  if (!isComplete) parts.push(leftOut);
  return { markdown: `${parts.join('\n\n')}\n`, isWhole: true };
}
