import { queryValue, type WireRequest } from '../protocol/wire.ts';

/** What a Signature Version 4 request says about its signature, wherever it says it. */
export type Authorization = {
  accessKeyId: string;
  /** `20261123/us-west-2/cloudformation/aws4_request` */
  scope: string;
  /** `YYYYMMDD`, from the scope. */
  date: string;
  region: string;
  /** The signing name, e.g. `ecr`. */
  service: string;
  /** Lower case, in the order stated. */
  signedHeaders: string[];
  /** Lower-case hex digits. */
  signature: string;
  /** `YYYYMMDDThhmmssZ` */
  timestamp: string;
  sessionToken: string | undefined;
  /** Seconds that a presigned URL is good for; undefined for a signed header. */
  presignedFor: number | undefined;
};

/** Present but not understandable. */
export type MalformedAuthorization = { malformed: string };

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Reads the signature from the Authorization header or from the query of a presigned URL
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step 6).
 * @returns undefined when the request is not signed at all
 */
export function readAuthorization(request: WireRequest): Authorization | MalformedAuthorization | undefined {
  const header = request.headers['authorization'];
  if (header !== undefined) return fromHeader(request, header);
  return queryValue(request, 'X-Amz-Algorithm') === undefined ? undefined : fromQuery(request);
}

function fromHeader(request: WireRequest, header: string): Authorization | MalformedAuthorization {
  if (!header.startsWith(`${ALGORITHM} `)) return { malformed: `Authorization must start with '${ALGORITHM}'.` };
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const [name = '', ...value] = field.trim().split('=');
        return [name, value.join('=')];
      }),
  );
  return assemble({
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    timestamp: request.headers['x-amz-date'],
    sessionToken: request.headers['x-amz-security-token'],
    presignedFor: undefined,
  });
}

function fromQuery(request: WireRequest): Authorization | MalformedAuthorization {
  if (queryValue(request, 'X-Amz-Algorithm') !== ALGORITHM)
    return { malformed: `X-Amz-Algorithm must be ${ALGORITHM}.` };
  return assemble({
    credential: queryValue(request, 'X-Amz-Credential'),
    signedHeaders: queryValue(request, 'X-Amz-SignedHeaders'),
    signature: queryValue(request, 'X-Amz-Signature'),
    timestamp: queryValue(request, 'X-Amz-Date'),
    sessionToken: queryValue(request, 'X-Amz-Security-Token'),
    presignedFor: Number(queryValue(request, 'X-Amz-Expires') ?? Number.NaN),
  });
}

function assemble(parts: {
  credential: string | undefined;
  signedHeaders: string | undefined;
  signature: string | undefined;
  timestamp: string | undefined;
  sessionToken: string | undefined;
  presignedFor: number | undefined;
}): Authorization | MalformedAuthorization {
  const { credential, signedHeaders, signature, timestamp, sessionToken, presignedFor } = parts;
  if (!credential || !signedHeaders || !signature) {
    return { malformed: 'Authorization requires Credential, SignedHeaders and Signature.' };
  }
  if (!timestamp || !/^\d{8}T\d{6}Z$/.test(timestamp)) return { malformed: 'X-Amz-Date must be YYYYMMDDThhmmssZ.' };
  if (presignedFor !== undefined && !(presignedFor >= 1 && presignedFor <= 604_800)) {
    return { malformed: 'X-Amz-Expires must be 1 to 604800 seconds.' };
  }
  const [accessKeyId = '', date = '', region = '', service = '', terminator, ...rest] = credential.split('/');
  if (terminator !== 'aws4_request' || rest.length > 0 || !/^\d{8}$/.test(date) || !region || !service) {
    return { malformed: 'Credential should be scoped with a valid date, region and service, and end in aws4_request.' };
  }
  if (!timestamp.startsWith(date)) return { malformed: `Date in Credential scope does not match ${timestamp}.` };
  return {
    ...{ accessKeyId, date, region, service, signature, timestamp, sessionToken, presignedFor },
    scope: [date, region, service, terminator].join('/'),
    signedHeaders: signedHeaders.split(';'),
  };
}

/** The moment a request was signed. */
export const signingTime = (timestamp: string): Date =>
  new Date(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
