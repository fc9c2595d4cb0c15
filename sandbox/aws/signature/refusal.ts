import { AwsError, type Protocol } from '../service.ts';

/** Why a request's signature is not accepted. */
export type Refusal =
  | { kind: 'unsigned' }
  | { kind: 'malformed'; detail: string }
  | { kind: 'unknown-key' }
  | { kind: 'wrong-token' }
  | { kind: 'expired' }
  | { kind: 'wrong-signature' }
  | { kind: 'wrong-payload-hash' }
  | { kind: 'too-old'; detail: string };

type Family = 'query' | 'ec2-query' | 'json' | 's3';
type Answer = readonly [code: string, status: number, message: string];

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
  'and signing method. Consult the service documentation for details.';
const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials';

/**
 * The same refusal has another name in each family of protocols: CommonErrors.html of the query and JSON services, EC2's
 * errors-overview.html, S3's ErrorResponses.html.
 */
const ANSWERS: Readonly<Record<Exclude<Refusal['kind'], 'malformed' | 'too-old'>, Readonly<Record<Family, Answer>>>> = {
  unsigned: {
    query: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    'ec2-query': ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    json: ['MissingAuthenticationTokenException', 403, 'Missing Authentication Token'],
    s3: ['AccessDenied', 403, 'Access Denied'],
  },
  'unknown-key': {
    query: ['InvalidClientTokenId', 403, INVALID_TOKEN],
    'ec2-query': ['AuthFailure', 401, NOT_VALIDATED],
    json: ['UnrecognizedClientException', 400, INVALID_TOKEN],
    s3: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  },
  'wrong-token': {
    query: ['InvalidClientTokenId', 403, INVALID_TOKEN],
    'ec2-query': ['AuthFailure', 401, NOT_VALIDATED],
    json: ['UnrecognizedClientException', 400, INVALID_TOKEN],
    s3: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
  },
  expired: {
    query: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    'ec2-query': ['RequestExpired', 400, 'Request has expired.'],
    json: ['ExpiredTokenException', 400, 'The security token included in the request is expired'],
    s3: ['ExpiredToken', 400, 'The provided token has expired.'],
  },
  'wrong-signature': {
    query: ['SignatureDoesNotMatch', 403, WRONG_SIGNATURE],
    'ec2-query': ['AuthFailure', 401, NOT_VALIDATED],
    json: ['InvalidSignatureException', 400, WRONG_SIGNATURE],
    s3: ['SignatureDoesNotMatch', 403, WRONG_SIGNATURE],
  },
  'wrong-payload-hash': {
    query: ['SignatureDoesNotMatch', 403, WRONG_SIGNATURE],
    'ec2-query': ['AuthFailure', 401, NOT_VALIDATED],
    json: ['InvalidSignatureException', 400, WRONG_SIGNATURE],
    s3: [
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ],
  },
};

const TOO_OLD: Readonly<Record<Family, readonly [code: string, status: number]>> = {
  query: ['SignatureDoesNotMatch', 403],
  'ec2-query': ['RequestExpired', 400],
  json: ['InvalidSignatureException', 400],
  s3: ['RequestTimeTooSkewed', 403],
};

const FAMILY: Readonly<Record<Protocol, Family>> = {
  query: 'query',
  'ec2-query': 'ec2-query',
  'json-1.1': 'json',
  'rest-json': 'json',
  'rest-xml': 's3',
};

/** The error that AWS answers a bad signature with, in the words of the service's protocol. */
export function refusalError(refusal: Refusal, protocol: Protocol): AwsError {
  const family = FAMILY[protocol];
  switch (refusal.kind) {
    case 'malformed': {
      const code = family === 's3' ? 'AuthorizationHeaderMalformed' : 'IncompleteSignature';
      return new AwsError(family === 'json' ? `${code}Exception` : code, refusal.detail, 400);
    }
    case 'too-old': {
      const [code, status] = TOO_OLD[family];
      return new AwsError(code, refusal.detail, status);
    }
    default: {
      const [code, status, message] = ANSWERS[refusal.kind][family];
      // REST-JSON services answer 403 where JSON 1.1 services answer 400.
      return new AwsError(code, message, protocol === 'rest-json' ? 403 : status);
    }
  }
}
