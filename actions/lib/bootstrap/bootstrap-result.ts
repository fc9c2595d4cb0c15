import type { BootstrapStack } from './bootstrap-stack.ts';
import type { RepositoryReview } from './repository-setup.ts';

/** What the bootstrap found and did. */
export type BootstrapResult = {
  accountId: string;
  region: string;
  repository: string;
  dryRun: boolean;
  stackName: string;
  stack: BootstrapStack;
  /** ARN of the provider that existed before, or undefined when the stack makes it. */
  existingProvider?: string;
  github: RepositoryReview;
};
