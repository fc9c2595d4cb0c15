import type { Principal } from '../service.ts';
import type { AwsWorld } from '../world.ts';
import type { ExistingRequest, ResourceType, ResourceVerb } from './resource-type.ts';

/** What the engine asks of other services; each is optional, so that CloudFormation also stands alone in tests. */
export type CloudFormationOptions = {
  /** Value of a Systems Manager parameter, for parameters of type `AWS::SSM::Parameter::Value<…>`. */
  readonly ssmParameter?: (
    name: string,
    place: { world: AwsWorld; region: string },
  ) => string | undefined | Promise<string | undefined>;
  /** Whether a service role of this ARN can be used; without it every role is accepted. */
  readonly roleExists?: (world: AwsWorld, roleArn: string) => boolean;
  /**
   * Checks that whoever CloudFormation works for may make, change or remove a resource; without it everybody may.
   * @throws AwsError what the resource's service says when not
   */
  readonly requireAccess?: (resource: {
    type: string;
    verb: ResourceVerb;
    request: Omit<ExistingRequest, 'physicalId'> & { physicalId: string | undefined };
    /** The stack's service role; undefined: the caller's own permissions count. */
    roleArn: string | undefined;
    caller: Principal | undefined;
  }) => void;
  /** The text behind a `TemplateURL` in S3; without it a template must be passed as body. */
  readonly templateAt?: (url: string, place: { world: AwsWorld; region: string }) => string | Promise<string>;
  /** The zones `Fn::GetAZs` gives; without it every region has three, a to c. */
  readonly availabilityZones?: (region: string) => readonly string[];
  /** Items per page of every paged operation; AWS's own limits are not documented for most. Default 100. */
  readonly pageSize?: number;
};

/** One region's CloudFormation with the resource types it can make. */
export type Engine = {
  readonly world: AwsWorld;
  readonly region: string;
  readonly resourceTypes: ReadonlyMap<string, ResourceType>;
  readonly options: CloudFormationOptions;
  /** Who called the operation. */
  readonly caller: Principal | undefined;
};
