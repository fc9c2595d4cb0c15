/** The five stacks of a deployment, in the order people know them (DESIGN: Stacks). */
export const stackKinds = ['container', 'cluster', 'cognito', 'jupyterhub', 'cluster-pipeline'] as const;
export type StackKind = (typeof stackKinds)[number];

/** An output of another stack of the same deployment that exists by then. */
export type OutputReference = { readonly stack: StackKind; readonly output: string };

/** The version of an add-on that EKS recommends for a version of Kubernetes. */
export type AddonVersion = { readonly addon: string; readonly kubernetes: string };

/** The machine image that AWS recommends; the name of the public parameter of Systems Manager that holds its id. */
export type MachineImage = { readonly machineImage: string };

/**
 * A value that a stack gets when it is made, and anew when the parameter `until` changes; in between it keeps what it has,
 * whatever would come out by then. With `afterwards` it gets that, and not its first value anew, when `until` changes. A
 * machine image is looked up anew by every plan: a newer one is a change that the plan shows, and that a deployment makes
 * only from there.
 */
export type KeptValue = {
  readonly first: string | AddonVersion | MachineImage;
  readonly until: string;
  readonly afterwards?: string;
};

/**
 * A value that a stack gets once it is there, and another one while it is made: what protects itself against deletion from
 * the start is left behind, in the way of the next try, when the creation fails and is rolled back.
 */
export type LateValue = { readonly creation: string; readonly afterwards: string };

export type ParameterValue = string | OutputReference | KeptValue | LateValue;

/** Everything CloudFormation needs to create or update one stack; a pure value. */
export type Stack = {
  kind: StackKind;
  /** `sar-cluster` */
  name: string;
  /** Final template: YAML, deterministic; contains the fingerprint as output `Fingerprint`. */
  templateBody: string;
  parameters: Record<string, ParameterValue>;
  tags: Record<string, string>;
  /** Stacks that must be complete before this one starts. */
  dependsOn: StackKind[];
  terminationProtection: boolean;
  /** Kept at teardown (user statistics). */
  retained: boolean;
  /** SHA-256 over template, literal parameters, parameter references and tags; 64 hex digits. */
  fingerprint: string;
};

/** Name of the template output that carries the fingerprint, so that one DescribeStacks call tells "unchanged". */
export const fingerprintOutput = 'Fingerprint';
