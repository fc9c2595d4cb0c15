import { diagnoseError } from '../../diagnosis/diagnose.ts';
import { Failure } from '../../failure.ts';

/** Error names that mean "slow down" (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). */
const throttling: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** Error names that mean the credentials are no longer, or were never, good, or that a clock makes them look so. */
const credentials: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const denied: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'NotAuthorizedException',
  'UnauthorizedOperation',
]);

/** Names of errors that Node raises when a connection cannot be made or breaks. */
const network: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
]);

/**
 * Error names that mean "not now, because of something else that is at work", by the API references of CloudFormation, CodeBuild,
 * CodePipeline and IAM. Some are also said of a limit that does not go away: they are waited for and then are what they are.
 */
const busy: ReadonlySet<string> = new Set([
  'AccountLimitExceededException',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'ConcurrentPipelineExecutionsLimitExceededException',
  'LimitExceeded',
  'LimitExceededException',
  'OperationInProgress',
  'OperationInProgressException',
  'TransactionInProgressException',
]);

/** What an error thrown by the SDK says about itself. */
type SdkError = { name: string; code: string; message: string; status: number | undefined };

/** True when AWS answered with one of these error names, e.g. `ResourceNotFoundException`. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  const { name, code } = readError(error);
  return names.includes(name) || names.includes(code);
}

/**
 * Runs one request, or a few that belong together, and turns what goes wrong into a {@link Failure} of source `aws`.
 * @param action as in "describe stack sar-cluster"; used in the message
 * @throws Failure with code `Throttled`, `CredentialsLost`, `AccessDenied`, `Unreachable`, or AWS's own error name
 */
export async function callAws<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toAwsFailure(error, action);
  }
}

/** Like {@link callAws}, but answers `undefined` when AWS says with one of these names that there is no such thing. */
export async function findInAws<T>(
  action: string,
  notFound: readonly string[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAwsError(error, ...notFound)) return undefined;
    throw toAwsFailure(error, action);
  }
}

/** An error thrown by the SDK as a Failure; a Failure stays what it is. */
export function toAwsFailure(error: unknown, action: string): Failure {
  if (error instanceof Failure) return error;
  const found = readError(error);
  const finding = diagnoseError(found);
  const said = finding.said === '' ? found.name : finding.said;
  const sentence = finding.means === undefined ? said : `${finding.means}. AWS says: ${said}`;
  return new Failure({
    code: codeOf(found),
    source: 'aws',
    message: `AWS could not ${action}: ${sentence}`,
    hint: finding.todo,
    cause: error,
  });
}

/** The code that retries and outcomes go by; AWS's own error name where it is none of these. */
function codeOf({ name, code, status }: SdkError): string {
  if (throttling.has(name) || status === 429) return 'Throttled';
  if (credentials.has(name)) return 'CredentialsLost';
  if (denied.has(name) || status === 403) return 'AccessDenied';
  if (network.has(name) || network.has(code) || isServerTrouble(status)) return 'Unreachable';
  return name;
}

/**
 * Whether the same request may succeed when it is sent again a little later: AWS throttles, is out of reach, or is at work on
 * what the request is about. Every request that starts something carries a token by which AWS knows its repetition.
 * @param error as the SDK throws it
 */
export function isWorthRepeating(error: unknown): boolean {
  const found = readError(error);
  const code = codeOf(found);
  return code === 'Throttled' || code === 'Unreachable' || busy.has(found.name) || busy.has(found.code);
}

/** 501 is a lasting answer: the endpoint does not have the operation. */
function isServerTrouble(status: number | undefined): boolean {
  return status !== undefined && status >= 500 && status !== 501;
}

function readError(error: unknown): SdkError {
  if (!(error instanceof Error)) return { name: 'UnknownError', code: '', message: String(error), status: undefined };
  const details: { name?: unknown; code?: unknown; Code?: unknown; $metadata?: { httpStatusCode?: unknown } } = error;
  const status = details.$metadata?.httpStatusCode;
  const code = [details.code, details.Code].find((value) => typeof value === 'string');
  const text = error.message.replace(/\s+/g, ' ').trim();
  return {
    name: error.name,
    code: typeof code === 'string' ? code : '',
    message: text === '' ? error.name : text,
    status: typeof status === 'number' ? status : undefined,
  };
}
