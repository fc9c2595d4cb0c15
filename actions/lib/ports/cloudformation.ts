/** A stack as DescribeStacks tells it. */
export type StackState = {
  name: string;
  id: string;
  /** StackStatus, e.g. `UPDATE_COMPLETE`. */
  status: string;
  statusReason?: string;
  outputs: Record<string, string>;
  /** `NoEcho` values are `****`. */
  parameters: Record<string, string>;
  terminationProtection: boolean;
  createdAt: Date;
  /** Start of the last update, if there was one. */
  updatedAt?: Date;
};

export type ChangeSetRequest = {
  stackName: string;
  changeSetName: string;
  /** `CREATE` leaves an empty stack in REVIEW_IN_PROGRESS behind, until it is executed or the stack deleted. */
  type: 'CREATE' | 'UPDATE';
  templateBody: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** The role CloudFormation works with, whatever becomes of the caller's credentials; undefined: the caller's own. */
  roleArn: string | undefined;
  description: string;
  /** Take over resources of the template's custom names that exist already and are declared to be retained. */
  importExisting: boolean;
  /**
   * Compare with what the resources' services have now, and bring that back to the template: a drift-aware change set
   * (user guide, "Using drift-aware change sets"). Only for `UPDATE`; default: compare with the last deployment.
   */
  revertsDrift?: boolean;
};

export type ChangeSetState = {
  /** `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED` … */
  status: string;
  statusReason?: string;
  /** `AVAILABLE` when it can be executed. */
  executionStatus: string;
  changes: ChangeSetChange[];
};

export type ChangeSetChange = {
  logicalId: string;
  type: string;
  action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic';
  physicalId?: string;
  replacement?: 'True' | 'False' | 'Conditional';
  policyAction?: string;
  /** What a drift-aware change set found in the resource's service: `IN_SYNC`, `MODIFIED`, `DELETED`, `UNSUPPORTED` … */
  driftStatus?: string;
  /** JSON of the resource before and after, `{Properties: …}`; scalars are texts, unknown ones {@link knownAfterApply}. */
  beforeContext?: string;
  afterContext?: string;
  details: {
    path: string;
    /** `Properties`, `Tags`, `Metadata`, `DeletionPolicy` …; absent where AWS does not say. */
    attribute?: string;
    /** The property's name, when the attribute is `Properties`. */
    name?: string;
    before?: string;
    after?: string;
    requiresRecreation: 'Never' | 'Conditionally' | 'Always';
    /** Where the service had another value than the last deployment gave it; absent values are none. */
    drift?: { declared?: string; actual?: string };
  }[];
};

/** A property whose value in its service is not the one that the stack gave it. */
export type PropertyDifference = {
  /** Without `Properties`: `MapPublicIpOnLaunch`, `ScalingConfig/MaxSize`. */
  property: string;
  /** JSON or plain text, as it is compared; absent where there is no value. */
  declared?: string;
  actual?: string;
};

/** What CloudFormation finds of one resource in its service; `unsupported`: it cannot look at that type. */
export type ResourceDrift =
  | { status: 'in sync' | 'deleted' | 'unsupported' }
  | { status: 'modified'; differences: PropertyDifference[] };

/**
 * What stands in a change set for a value that only comes to be when it is executed (AWS CloudFormation user guide,
 * "Change sets: property-level changes").
 */
export const knownAfterApply = '{{changeSet:KNOWN_AFTER_APPLY}}';

export type ChangeSetSummary = { id: string; name: string; status: string; executionStatus: string; createdAt: Date };

export type StackResource = {
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  /** Why it is in this status, where CloudFormation says so. */
  reason?: string;
};

export type StackEvent = {
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string;
  at: Date;
};

/** What the verbs need of AWS CloudFormation. Stack names match exactly; a stack id is taken where a name is. */
export type CloudFormation = {
  /** Undefined when no such stack exists; by id also finds a deleted one, with status DELETE_COMPLETE. */
  findStack(nameOrId: string): Promise<StackState | undefined>;
  /** The id of the most recently deleted stack of that name; AWS remembers it for 90 days. */
  findDeletedStackId(name: string): Promise<string | undefined>;
  /** @returns ids of the change set and of its stack */
  createChangeSet(request: ChangeSetRequest): Promise<{ changeSetId: string; stackId: string }>;
  /** With property values before and after. */
  describeChangeSet(changeSetId: string): Promise<ChangeSetState>;
  /** All that the stack has; none for a stack that does not exist. */
  listChangeSets(nameOrId: string): Promise<ChangeSetSummary[]>;
  executeChangeSet(changeSetId: string, requestToken: string): Promise<void>;
  deleteChangeSet(changeSetId: string): Promise<void>;
  /** @param options.retain logical ids that stay; CloudFormation takes them only for a stack in DELETE_FAILED */
  deleteStack(
    nameOrId: string,
    options: { roleArn: string | undefined; requestToken: string; retain?: readonly string[] },
  ): Promise<void>;
  /**
   * For UPDATE_ROLLBACK_FAILED.
   * @param options.skip logical ids that count as rolled back although they are not; CloudFormation takes only resources in
   *   UPDATE_FAILED (API reference, ContinueUpdateRollback)
   */
  continueRollback(
    nameOrId: string,
    options: { roleArn: string | undefined; requestToken: string; skip?: readonly string[] },
  ): Promise<void>;
  setTerminationProtection(name: string, enabled: boolean): Promise<void>;
  /** The template that a stack was made or last changed with, as it was given; empty for one that has none yet. */
  templateBody(nameOrId: string): Promise<string>;
  /** Works for deleted stacks too, by id. */
  listResources(nameOrId: string): Promise<StackResource[]>;
  /**
   * Looks at one resource in its service, at once: whether it is there, and whether the properties that the template names
   * are as the stack gave them (DetectStackResourceDrift).
   */
  resourceDrift(stackName: string, logicalId: string): Promise<ResourceDrift>;
  /** The stack's last operation, oldest first: from the event that began it. */
  lastOperationEvents(stackId: string): Promise<StackEvent[]>;
};
