/** What the verbs need of Amazon EKS. */
export type Clusters = {
  /** Undefined when there is no such cluster. */
  find(name: string): Promise<{ status: string; deletionProtection: boolean; vpcId: string | undefined } | undefined>;
  /** Turns deletion protection off and waits for nothing. */
  allowDeletion(name: string): Promise<void>;
};
