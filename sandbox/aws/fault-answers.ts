import type { Hit } from './faults.ts';
import { AwsError, type PlannedCall, type Protocol, type ServiceModule } from './service.ts';
import { refusalOf } from './services/iam/authorizer.ts';
import { expireKey } from './signature/credential-store.ts';
import { refusalError } from './signature/refusal.ts';
import type { AwsWorld } from './world.ts';

type Answer = readonly [code: string, status: number, message: string];

/**
 * CommonErrors.html of the query and JSON services; AWSEC2 APIReference, errors-overview.html; AmazonS3 API,
 * ErrorResponses.html.
 */
const throttled: Readonly<Record<Protocol, Answer>> = {
  query: ['Throttling', 400, 'Rate exceeded'],
  'ec2-query': ['RequestLimitExceeded', 503, 'Request limit exceeded.'],
  'json-1.1': ['ThrottlingException', 400, 'Rate exceeded'],
  'rest-json': ['ThrottlingException', 429, 'Rate exceeded'],
  'rest-xml': ['SlowDown', 503, 'Please reduce your request rate.'],
};

const unavailable: Readonly<Record<Protocol, Answer>> = {
  query: ['ServiceUnavailable', 503, 'The request has failed due to a temporary failure of the server.'],
  'ec2-query': ['Unavailable', 503, "The server is overloaded and can't handle the request."],
  'json-1.1': ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
  'rest-json': ['ServiceUnavailableException', 503, 'Service Unavailable'],
  'rest-xml': ['ServiceUnavailable', 503, 'Service is unable to handle request.'],
};

/** The error that a hit call is answered with instead of being served; undefined: it is served, or there is no answer. */
export function faultAnswer(
  hit: Hit | undefined,
  service: ServiceModule,
  call: PlannedCall,
  world: AwsWorld,
): AwsError | undefined {
  const { principal } = call.context;
  switch (hit?.kind) {
    case 'error':
      return hit.error;
    case 'throttled':
      return throttling(service.protocol);
    case 'unavailable':
      return errorOf(unavailable[service.protocol]);
    case 'denied':
      // An unsigned call, as with a web identity (STS API_AssumeRoleWithWebIdentity.html, AccessDenied).
      if (!principal)
        return new AwsError('AccessDenied', `Not authorized to perform ${service.signingName}:${call.operation}`, 403);
      return refusalOf(world, service, call, principal);
    case 'expired':
      if (principal) expireKey(world, principal.accessKeyId);
      return refusalError({ kind: 'expired' }, service.protocol);
    default:
      return undefined;
  }
}

/** What a service says to too many requests. */
export const throttling = (protocol: Protocol): AwsError => errorOf(throttled[protocol]);

const errorOf = ([code, status, message]: Answer): AwsError => new AwsError(code, message, status);
