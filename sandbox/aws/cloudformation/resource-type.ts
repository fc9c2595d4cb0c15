import type { AwsWorld } from '../world.ts';

/**
 * How the sandbox makes, changes and removes the resources of one CloudFormation type. The engine owns everything that
 * is the same for all types: property checks against the service specification, order, states, events, waiting,
 * replacement, deletion policies. A handler only changes the state of its own service.
 */
export type ResourceType = {
  /** e.g. `AWS::EC2::VPC` */
  readonly type: string;
  /** Virtual seconds each action takes. State the source of any figure above ten seconds in a comment. */
  readonly seconds: { readonly create: number; readonly update: number; readonly delete: number };
  /**
   * Makes the resource. Called when its creation starts; the engine then waits `seconds.create` and calls `created`.
   * @throws AwsError when AWS would refuse it; code and message become the resource's status reason
   */
  create(request: CreateRequest): ResourceState | Promise<ResourceState>;
  /** Called after `seconds.create`: flips a status from CREATING to ACTIVE and the like. */
  created?(request: ExistingRequest): void | Promise<void>;
  /** Changes it in place; only called for changes the specification does not mark as replacement. */
  update?(request: UpdateRequest): ResourceState | Promise<ResourceState>;
  /** Decides changes that the specification marks as "may replace"; without it they are made in place. */
  replaces?(request: UpdateRequest): boolean;
  /** Keeps a snapshot before a delete under `DeletionPolicy: Snapshot`; without it that policy fails. */
  snapshot?(request: ExistingRequest): void | Promise<void>;
  /**
   * What already has the name that these properties ask for, if anything has: pre-deployment validation reports it
   * before anything is made, and a change set with ImportExistingResources takes it over. Properties may still hold
   * `{{changeSet:KNOWN_AFTER_APPLY}}`.
   */
  existing?(request: {
    world: AwsWorld;
    region: string;
    properties: Record<string, unknown>;
  }): ResourceState | undefined;
  /**
   * What its service has now, in the service's own form: names are compared without regard to case, lists without regard to
   * order, and what is not in the template does not count. A property that is missing here is one that the service does
   * not show; one that is undefined is not set any more. Without this, the type supports no drift detection.
   * @returns undefined when it is not there any more
   */
  read?(request: ReadRequest): Record<string, unknown> | undefined;
  /**
   * Starts removing it. Not found = success, as in CloudFormation's handlers.
   * @throws AwsError when AWS would refuse (bucket not empty, deletion protection): the stack ends in DELETE_FAILED
   */
  delete(request: ExistingRequest): void | Promise<void>;
};

export type ResourceState = {
  /** Physical id, what `Ref` returns unless `ref` says otherwise. */
  physicalId: string;
  ref?: string;
  /** For `Fn::GetAtt`, keyed as in the specification, e.g. `{Arn: …, 'Endpoint.Address': …}`. */
  attributes: Record<string, unknown>;
};

type RequestBase = {
  world: AwsWorld;
  region: string;
  stackName: string;
  stackId: string;
  logicalId: string;
  /** Resolved: no intrinsic functions left. */
  properties: Record<string, unknown>;
  /** The template's `UpdatePolicy`, e.g. `{AutoScalingRollingUpdate: {…}}`; the handler carries it out in `update`. */
  updatePolicy?: Readonly<Record<string, unknown>>;
  /** Stack-level tags plus `aws:cloudformation:*`; handlers merge them with the resource's own tags (own win). */
  stackTags: Record<string, string>;
};
export type CreateRequest = RequestBase & {
  /** A name in CloudFormation's style, `STACK-LOGICALID-RANDOM`, cut to `maxLength`; lower case for buckets. */
  generateName(options?: { maxLength?: number; lowerCase?: boolean }): string;
};
export type ExistingRequest = RequestBase & { physicalId: string };
export type ReadRequest = ExistingRequest & {
  /** The other resources of the stack: what they attach is none of this one's drift. */
  siblings?: readonly { type: string; properties: Readonly<Record<string, unknown>> }[];
};
export type UpdateRequest = ExistingRequest & { previousProperties: Record<string, unknown> };

export type ResourceVerb = 'create' | 'update' | 'delete';
