import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';
import { legacyTypes } from './legacy-resource-types.ts';
import { describeViolation, type PropertyViolation } from './property-check.ts';

export type CancelReason = 'another resource failed' | 'timeout' | 'user';

/** Rejects the waits of an operation's resources when the operation is cancelled or another resource has failed. */
export class OperationCancelled extends Error {
  override readonly name = 'OperationCancelled';
  readonly why: CancelReason;

  constructor(why: CancelReason) {
    super(`Cancelled: ${why}.`);
    this.why = why;
  }
}

/** A failure with a reason that is complete as it is. */
export class ProvisioningFailure extends Error {
  override readonly name = 'ProvisioningFailure';
}

/**
 * Handler error codes by what AWS error names end in:
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
const handlerErrorCodes: readonly (readonly [RegExp, string])[] = [
  [/AlreadyExists|AlreadyOwnedByYou|EntityAlreadyExists|Duplicate/, 'AlreadyExists'],
  [/NotFound|NoSuch/, 'NotFound'],
  [/AccessDenied|UnauthorizedOperation|NotAuthorized/, 'AccessDenied'],
  [/Throttl/, 'Throttling'],
  [/LimitExceeded|QuotaExceeded/, 'ServiceLimitExceeded'],
  [/InUse|Conflict|DependencyViolation|NotEmpty/, 'ResourceConflict'],
  [/Validation|Invalid|Malformed|MissingParameter/, 'InvalidRequest'],
];

/** The status reason of a resource that could not be made, changed or deleted. */
export function failureReason(type: string, error: unknown): string {
  if (error instanceof ProvisioningFailure) return error.message;
  if (!(error instanceof AwsError))
    return `Internal Failure: ${error instanceof Error ? error.message : String(error)}`;
  const service = type.split('::')[1] ?? type;
  const { code, message, status } = error;
  if (legacyTypes.has(type)) {
    const detail = `Service: Aws${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null`;
    return `${message} (${detail})`;
  }
  const handlerCode = handlerErrorCodes.find(([pattern]) => pattern.test(code))?.[1] ?? 'GeneralServiceException';
  const detail = `Service: ${service}, Status Code: ${status}, Request ID: ${randomUUID()}`;
  return `Resource handler returned message: "${message} (${detail})" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${handlerCode})`;
}

/** The status reason of a resource whose properties break its schema. */
export function invalidPropertiesReason(
  logicalId: string,
  type: string,
  violations: readonly PropertyViolation[],
): string {
  const [first] = violations;
  const unsupported = first === undefined ? null : /^extraneous key \[(.+)\] is not permitted$/.exec(first.message);
  if (legacyTypes.has(type) && unsupported !== null) return `Encountered unsupported property ${unsupported[1]}`;
  const messages = violations.map((violation) => `[${describeViolation(violation)}]`).join('\n');
  return `Properties validation failed for resource ${logicalId} with message:\n${messages}`;
}
