import { formOf } from './protocol/form-reader.ts';
import type { WireRequest } from './protocol/wire.ts';
import { AwsError, type Principal, type Protocol, type ServiceModule } from './service.ts';
import { readAuthorization } from './signature/authorization.ts';
import { type Refusal, refusalError } from './signature/refusal.ts';
import { verifySignature } from './signature/verify.ts';
import type { AwsWorld } from './world.ts';

/** Who calls which service, the body without its transfer encoding, and the headers that came after it. */
export type Caller = {
  service: ServiceModule;
  region: string;
  principal: Principal | undefined;
  body: Buffer;
  trailers: Readonly<Record<string, string>>;
};

/** A call that is refused before its operation is known. */
export type RefusedCaller = { service: ServiceModule; error: AwsError };

/** Operations that AWS accepts unsigned (STS API_AssumeRoleWithWebIdentity.html). */
const UNSIGNED_OPERATIONS: ReadonlySet<string> = new Set(['AssumeRoleWithWebIdentity']);

/** Finds out which service a request is for, from the scope of its signature, and checks the signature. */
export function callerOf(
  world: AwsWorld,
  services: ReadonlyMap<string, ServiceModule>,
  request: WireRequest,
): Caller | RefusedCaller {
  const authorization = readAuthorization(request);
  if (authorization === undefined) return unsignedCaller(services, request);
  if ('malformed' in authorization) {
    return refused(guessService(request), { kind: 'malformed', detail: authorization.malformed });
  }
  const service = services.get(authorization.service);
  if (!service) {
    const error = new AwsError(
      'NotImplemented',
      `The sandbox does not implement the service ${authorization.service}.`,
      501,
    );
    return { service: guessService(request), error };
  }
  try {
    const verified = verifySignature(world, request, authorization);
    if ('refusal' in verified) return refused(service, verified.refusal);
    const { principal } = verified.key;
    const { body, trailers } = verified;
    return { service, region: authorization.region, principal, body, trailers };
  } catch (error) {
    if (error instanceof AwsError) return { service, error };
    throw error;
  }
}

function unsignedCaller(services: ReadonlyMap<string, ServiceModule>, request: WireRequest): Caller | RefusedCaller {
  const sts = services.get('sts');
  const action = formOf(request).get('Action');
  if (sts && action !== null && UNSIGNED_OPERATIONS.has(action)) {
    return { service: sts, region: 'us-east-1', principal: undefined, body: request.body, trailers: {} };
  }
  return refused(guessService(request), { kind: 'unsigned' });
}

const refused = (service: ServiceModule, refusal: Refusal): RefusedCaller => ({
  service,
  error: refusalError(refusal, service.protocol),
});

/** A stand-in for a service that a request does not name, so that the refusal is at least in a readable form. */
function guessService(request: WireRequest): ServiceModule {
  return { signingName: 'unknown', protocol: guessProtocol(request), loadClient: async () => ({}), operations: {} };
}

function guessProtocol(request: WireRequest): Protocol {
  if (request.headers['x-amz-target'] !== undefined) return 'json-1.1';
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  // An unsigned request without a form is most likely one for a public object in S3.
  return request.headers['authorization'] === undefined ? 'rest-xml' : 'rest-json';
}
