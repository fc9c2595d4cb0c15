/** What the verbs need of Amazon EKS. */
export type Clusters = {
  /** Undefined when there is no such cluster. */
  find(name: string): Promise<{ status: string; deletionProtection: boolean; vpcId: string | undefined } | undefined>;
  /**
   * The version of an add-on that EKS gives clusters of a Kubernetes version, e.g. `v1.21.1-eksbuild.3` for 1.36.
   * @throws Failure `AddonUnknown` when it has none
   */
  defaultAddonVersion(addon: string, kubernetesVersion: string): Promise<string>;
  /** Turns deletion protection off and waits for nothing. */
  allowDeletion(name: string): Promise<void>;
};
