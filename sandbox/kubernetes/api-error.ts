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

/** A refusal of the cluster, worded as its clients print it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: ApiErrorReason;

  constructor(reason: ApiErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }

  get status(): number {
    return STATUS[this.reason];
  }
}
