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
