export type UserPool = {
  id: string;
  name: string;
  signUpClosed: boolean;
  deletionProtection: boolean;
  /** Cognito's own estimate; absent when it gives none (API reference, DescribeUserPool, `EstimatedNumberOfUsers`). */
  accounts?: number;
};

/** What the verbs need of Amazon Cognito user pools. */
export type UserPools = {
  find(poolId: string): Promise<UserPool | undefined>;
  /** Ids of the pools with exactly this name. */
  findByName(name: string): Promise<string[]>;
  /**
   * Lets only administrators create users, and keeps everything else as it is. UpdateUserPool sets whatever it is not
   * given back to its default, so the pool is read first and written back whole.
   */
  closeSignUp(poolId: string): Promise<void>;
  /** Gives a user this address, which counts as verified; a user that does not exist is made and invited by mail. */
  provideUser(poolId: string, userName: string, address: string): Promise<'changed' | 'invited'>;
  /** Turns deletion protection off, and keeps everything else as it is. */
  allowDeletion(poolId: string): Promise<void>;
};
