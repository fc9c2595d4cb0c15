/** Why the Kubernetes API refuses something; the reasons are those of its Status objects. */
export type ApiErrorReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Invalid'
  | 'BadRequest'
  | 'Timeout'
  | 'NotImplemented';

const STATUS: Readonly<Record<ApiErrorReason, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Invalid: 422,
  BadRequest: 400,
  Timeout: 504,
  NotImplemented: 501,
};

/** What is wrong with one field (`Status.details.causes` of the API). */
export type Cause = { field: string; message: string };

/** A refusal of the cluster, worded as its clients print it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: ApiErrorReason;
  /** The fields that an object is refused for; empty for all other refusals. */
  readonly causes: readonly Cause[];

  constructor(reason: ApiErrorReason, message: string, causes: readonly Cause[] = []) {
    super(message);
    this.reason = reason;
    this.causes = causes;
  }

  get status(): number {
    return STATUS[this.reason];
  }
}
