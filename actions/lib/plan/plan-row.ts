/**
 * One thing that a plan would do, as small as a person can approve it. Two rows are about the same when `place`, `item`,
 * `type` and `property` are equal.
 */
export type PlanRow = {
  /** The stack's or the CodeCommit repository's name. */
  place: string;
  /** Logical id of a resource; path of a file; `stack` for the stack itself. */
  item: string;
  /** `AWS::EKS::Nodegroup`, `file`, `configuration`, `upstream`, `stack`, `user`. */
  type: string;
  /**
   * What of it: empty for the whole; a path such as `Properties/ScalingConfig/MaxSize`; a key of a rendered
   * configuration. An element of a list has its canonical JSON's digest in the path, so that two changes of one list are two rows.
   */
  property: string;
  act: RowAct;
  /**
   * Canonical JSON of the value afterwards; absent when nothing is there then. A value that comes from another stack of the deployment
   * is its reference, `sar-cluster.VpcId`, whatever it resolves to; a file is its mode and blob id.
   */
  after?: string;
  /** What becomes of the old resource, as CloudFormation says: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete` … */
  policyAction?: string;
};

/**
 * - `add`, `import`, `change`, `remove`: as it says;
 * - `replace`, `may replace`: the resource is made anew, surely or as CloudFormation finds when it is applied;
 * - `recover`: a living resource that goes because its half-made stack is removed to be made again;
 * - `skip`: a resource that is left as it is when the rollback of an update is stuck on it, and counts as rolled back;
 * - `protect`, `unprotect`: termination or deletion protection on and off.
 */
export type RowAct =
  | 'add'
  | 'import'
  | 'change'
  | 'remove'
  | 'replace'
  | 'may replace'
  | 'recover'
  | 'skip'
  | 'protect'
  | 'unprotect';
