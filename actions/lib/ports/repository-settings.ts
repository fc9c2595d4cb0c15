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

/** An environment's protection. */
export type EnvironmentSettings = {
  branches: DeploymentBranches;
  /** Logins and team names; any one of them can approve. */
  reviewers: readonly string[];
};

/** The repository itself, as its administrators see it. */
export type RepositoryAbout = {
  visibility: 'public' | 'private' | 'internal';
  ownerIsOrganization: boolean;
  defaultBranch: string;
};

/** Somebody who may push. */
export type Writer = { id: number; login: string; administrator: boolean };

/** A file below `.github/workflows`. */
export type WorkflowFile = { path: string; text: string };

/** Where a rule or policy was made; only the repository's own can be changed with the repository's token. */
export type SettingSource = { type: string; name: string };

/** An active rule that holds for a branch. */
export type BranchRule = {
  type: string;
  /** Number of reviews of a `pull_request` rule. */
  reviews?: number;
  /** Of a `required_status_checks` rule; `app` undefined: anybody may report the check. */
  checks?: readonly { context: string; app: number | undefined }[];
  ruleset: { id: number; source: SettingSource };
};

/** A rule as it is to be. */
export type WantedRule =
  | { type: 'deletion' | 'non_fast_forward' }
  | { type: 'pull_request'; reviews: number }
  | { type: 'required_status_checks'; context: string; app: number | undefined };

/** Which events may start workflows. `include` and `exclude` are paths and patterns; undefined: every workflow. */
export type EventPolicy = {
  id: number;
  name: string;
  source: SettingSource;
  active: boolean;
  workflows: { include: readonly string[]; exclude: readonly string[] } | undefined;
  /** Undefined when the policy says nothing about events. */
  events: readonly string[] | undefined;
};

/**
 * What the bootstrap and `doctor github` read and set in a repository on GitHub; needs a token of an administrator. Every
 * function throws a Failure when GitHub refuses.
 */
export type RepositorySettings = {
  about(): Promise<RepositoryAbout>;
  /** Name of the owner's plan as GitHub gives it, e.g. `team`; undefined where the token may not see it. */
  ownerPlan(): Promise<string | undefined>;
  /** People who may push to the repository; teams resolved. */
  writers(): Promise<Writer[]>;
  /** The id of a person on GitHub. */
  personId(login: string): Promise<number>;
  /** Workflows of the default branch; empty without any. @throws Failure also for more than 50 */
  workflowFiles(): Promise<WorkflowFile[]>;
  /** The id of the app that reports the checks of workflows. */
  actionsApp(): Promise<number>;

  /** Active rules of a branch, from all rulesets. */
  branchRules(branch: string): Promise<BranchRule[]>;
  /** Who may act against a ruleset, in words; empty for nobody. */
  bypassersOf(ruleset: BranchRule['ruleset']): Promise<string[]>;
  /**
   * Makes the repository's own ruleset of this name for the default branch, or adds the rule to it and switches it on;
   * what is stricter in it stays.
   */
  addRule(ruleset: string, rule: WantedRule): Promise<void>;

  /** Event policies of the repository and above it; undefined where GitHub shows none to this token or has none. */
  eventPolicies(): Promise<EventPolicy[] | undefined>;
  /** Makes the repository's own policy of this name, or adds workflows and events to it and switches it on. */
  allowEvents(policy: string, workflows: readonly string[], events: readonly string[]): Promise<void>;

  /** Undefined when there is no such environment. */
  environment(name: string): Promise<EnvironmentSettings | undefined>;
  /**
   * Makes the environment, or changes only its branches: reviewers and waiting time stay. The branch may use it beside
   * those that are selected already; an environment that is open to all is open to this one only.
   */
  allowBranch(name: string, branch: string): Promise<void>;
  /** Makes the environment, or adds people to its reviewers; the rest stays. */
  addReviewers(name: string, ids: readonly number[]): Promise<void>;

  /** Undefined when there is no such variable. */
  variable(name: string): Promise<string | undefined>;
  setVariable(name: string, value: string): Promise<void>;
  workflowPermissions(): Promise<{
    /** "Allow GitHub Actions to create and approve pull requests". */
    mayOpenPullRequests: boolean;
    /** What GITHUB_TOKEN may where a workflow does not say. */
    default: 'read' | 'write';
  }>;
  letWorkflowsOpenPullRequests(): Promise<void>;
  hasLabel(name: string): Promise<boolean>;
  createLabel(name: string, color: string, description: string): Promise<void>;
};
