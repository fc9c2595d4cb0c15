/** What the verbs need of Amazon ECR. */
export type ImageRepositories = {
  /** The repositories right under exactly this namespace: `sar-container` finds `sar-container/hub`. */
  list(namespace: string): Promise<{ name: string; arn: string }[]>;
  /** Undefined when the repository or the tag does not exist. */
  findImage(repository: string, tag: string): Promise<{ digest: string } | undefined>;
  /** Deletes all images. A repository that is gone is no error. @returns how many were deleted */
  empty(repository: string): Promise<number>;
  /** Deletes the repository with its images. A repository that is gone is no error. */
  delete(repository: string): Promise<void>;
};
