import type { Tag } from './volumes.ts';

/** What the verbs need of the Resource Groups Tagging API. */
export type Tagging = {
  /**
   * ARNs in the region of what carries, or once carried, exactly this tag. Only candidates: AWS lists deleted
   * resources for a while, and never untagged ones (GetResources).
   */
  findArns(tag: Tag): Promise<string[]>;
};
