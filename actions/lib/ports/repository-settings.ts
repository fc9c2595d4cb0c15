/** A repository on GitHub with the ids that OIDC tokens carry. */
export type RepositoryIdentity = {
  owner: string;
  ownerId: number;
  name: string;
  id: number;
  defaultBranch: string;
};

/** From which branches jobs of an environment may run: every ref, protected branches, or names and patterns. */
export type DeploymentBranches = 'all' | 'protected' | readonly string[];

/** What the bootstrap reads and sets in a repository on GitHub; needs a token of an administrator. */
export type RepositorySettings = {
  /** Undefined when there is no such environment. */
  environmentBranches(name: string): Promise<DeploymentBranches | undefined>;
  /**
   * Makes the environment, or changes only its branches: reviewers and waiting time stay. The branch may use it beside
   * those that are selected already; an environment that is open to all is open to this one only.
   */
  allowBranch(name: string, branch: string): Promise<void>;
  /** Undefined when there is no such variable. */
  variable(name: string): Promise<string | undefined>;
  setVariable(name: string, value: string): Promise<void>;
  /** "Allow GitHub Actions to create and approve pull requests". */
  workflowsMayOpenPullRequests(): Promise<boolean>;
  letWorkflowsOpenPullRequests(): Promise<void>;
  hasLabel(name: string): Promise<boolean>;
  createLabel(name: string, color: string, description: string): Promise<void>;
};
