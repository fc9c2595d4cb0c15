import type { MembersRead } from './members/members-read.ts';
import type { WireRequest } from './protocol/wire.ts';
import type { AwsWorld } from './world.ts';

/** The wire protocols of the pinned clients; `protocol/` has one codec for each. */
export type Protocol = 'query' | 'ec2-query' | 'json-1.1' | 'rest-json' | 'rest-xml';

/** Who signed the request, as STS GetCallerIdentity would say. */
export type Principal = {
  arn: string;
  accountId: string;
  userId: string;
  accessKeyId: string;
  /** The role behind an assumed-role session, without path; absent for the administrator's static key. */
  roleName?: string;
  /** JSON texts of the policies that narrow this session (IAM userguide, access_policies.html#policies_session). */
  sessionPolicies?: readonly string[];
};

/**
 * One permission that a call needs, as the Service Authorization Reference lists it: an action on a resource under
 * condition keys. A call may need several, and all must be granted.
 */
export type AccessRequest = {
  /** `service:Action` */
  action: string;
  /**
   * An ARN, or `*` for an action that knows no resources. Undefined: the sandbox does not derive it; then an Allow on any
   * resource allows, and only a Deny on `*` denies.
   */
  resource?: string | undefined;
  /** Condition keys of this request beside those that every request has. */
  context?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The policy of the resource, where its service has such policies. */
  resourcePolicy?: {
    ownerAccountId: string;
    /** JSON text; undefined when there is none. */
    document: string | undefined;
    /** Only principals of the owner's account count while the policy is public (S3, RestrictPublicBuckets). */
    restrictsPublicAccess: boolean;
    /** Identity policies count only as far as it lets them, within an account too (KMS, key policies). */
    decides?: boolean;
  };
  /** Checked for role sessions even where the sandbox does not enforce identity policies. */
  alwaysEnforced?: boolean;
};

/** A call before it runs: what its permissions are derived from. */
export type PlannedCall = {
  operation: string;
  input: Readonly<Record<string, unknown>>;
  context: CallContext;
};

/** What an operation gets beside its input. */
export type CallContext = {
  world: AwsWorld;
  /** From the signature's credential scope. */
  region: string;
  /** Undefined only for operations that AWS accepts unsigned (AssumeRoleWithWebIdentity). */
  principal: Principal | undefined;
  requestId: string;
};

/** Input and output are the client's own command input and output types, without `$metadata`. */
export type Operation<Input = never, Output extends object = object> = (
  input: Input,
  context: CallContext,
) => Output | Promise<Output>;

/**
 * One AWS service: where its shapes come from, how it speaks, what it can do.
 * An operation that is not listed answers with an error that names it.
 */
export type ServiceModule = {
  /** The name in the credential scope of a signature, e.g. `cloudformation`, `ecr`, `tagging`. */
  readonly signingName: string;
  readonly protocol: Protocol;
  /** Loads the SDK client whose exported schemas (`CreateStack$` …) drive the codec. */
  readonly loadClient: () => Promise<Record<string, unknown>>;
  /** Service API version for the query protocols' XML namespace, e.g. `2010-05-15`. */
  readonly xmlNamespace?: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** The members that the operations read; a request with another one is refused. Without it (stand-ins) none is. */
  readonly members?: MembersRead;
  /** Looks at a request as it came, before its operation runs; throws AWS's error. */
  readonly checkRequest?: (request: WireRequest) => void;
  /**
   * The permissions that a call needs. Without it: the action of the operation's name, on a resource that is not known.
   */
  readonly access?: (call: PlannedCall) => readonly AccessRequest[];
};

/**
 * An error as AWS sends it. `code` is the modelled exception's name or query error code exactly as AWS spells it;
 * `message` is the text AWS uses, as far as a document gives it.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Decides whether the caller may call an operation with this input; throws AWS's error if not. */
export type Authorize = (
  service: ServiceModule,
  call: { operation: string; input: Readonly<Record<string, unknown>>; context: CallContext },
) => void;
