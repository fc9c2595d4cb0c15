import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Caller, callerOf } from './endpoint-caller.ts';
import { faultAnswer, throttling } from './fault-answers.ts';
import type { Faults, Hit } from './faults.ts';
import { idempotencyToken, refuseUnserved } from './members/unserved-members.ts';
import type { WireError } from './protocol/codec.ts';
import { codecs } from './protocol/codecs.ts';
import { type OperationSchema, readSchemas, type ServiceSchemas } from './protocol/operation-schema.ts';
import { checkShape } from './protocol/output-check.ts';
import { SandboxBug } from './protocol/sandbox-bug.ts';
import { unknownPart } from './protocol/unknown-part.ts';
import type { WireReply, WireRequest } from './protocol/wire.ts';
import { requestBuckets, takeRequest } from './rate-limits.ts';
import { type Authorize, AwsError, type CallContext, type ServiceModule } from './service.ts';
import type { AwsWorld, StateKey } from './world.ts';

export type EndpointOptions = {
  world: AwsWorld;
  services: readonly ServiceModule[];
  faults: Faults;
  authorize: Authorize;
  /** Told of every call once it is answered. @param call.requestId the one that `authorize` was given in its context */
  onCall?: (call: AnsweredCall) => void;
  /** Told of every error that is not one of AWS's: then the sandbox itself is wrong. */
  onBug: (error: Error) => void;
};

/** `answer`: `ok`, an error's code, or `none` when the connection was closed. */
export type AnsweredCall = {
  requestId: string;
  service: string;
  operation: string;
  principal: string | undefined;
  answer: string;
};

/** Answers requests; undefined means that the connection is to be closed without an answer. */
export type Endpoint = { handle(request: WireRequest): Promise<WireReply | undefined> };

/** A request whose service and caller are known. */
type Call = { request: WireRequest; service: ServiceModule; schemas: ServiceSchemas; context: CallContext };

/** The one endpoint of all services: finds the service, checks the caller, runs the operation, writes the answer. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const services = new Map(options.services.map((service) => [service.signingName, service]));
  const schemasOf = schemaCache();
  return {
    async handle(request) {
      const requestId = randomUUID();
      const caller = callerOf(options.world, services, request);
      const { service } = caller;
      const schemas = await schemasOf(service);
      const principal = 'error' in caller ? undefined : caller.principal;
      let operation: string | undefined;
      const answered = (answer: string): void =>
        options.onCall?.({
          ...{ requestId, service: service.signingName, operation: operation ?? `${request.method} ${request.path}` },
          ...{ principal: principal?.arn, answer },
        });
      try {
        if ('error' in caller) throw caller.error;
        const plain = withTrailers(request, caller);
        operation = codecs[service.protocol].route(plain, schemas, service);
        const context = { world: options.world, region: caller.region, principal, requestId };
        const reply = await serve({ request: plain, service, schemas, context }, operation, options);
        answered(reply === undefined ? 'none' : 'ok');
        return reply;
      } catch (error) {
        const wireError = toWireError(asAwsError(error, options.onBug), schemas);
        answered(wireError.code);
        return codecs[service.protocol].encodeError(wireError, { service, requestId });
      }
    },
  };
}

function withTrailers(request: WireRequest, { body, trailers }: Caller): WireRequest {
  return { ...request, body, headers: { ...request.headers, ...trailers } };
}

/** Loads a client at the first request to its service: EC2's alone takes longer than the whole sandbox to start. */
function schemaCache(): (service: ServiceModule) => Promise<ServiceSchemas> {
  const loaded = new Map<ServiceModule, Promise<ServiceSchemas>>();
  return (service) => {
    const schemas = loaded.get(service) ?? service.loadClient().then(readSchemas);
    loaded.set(service, schemas);
    return schemas;
  };
}

async function serve(call: Call, name: string | undefined, options: EndpointOptions): Promise<WireReply | undefined> {
  const { service, schemas } = call;
  if (name === undefined || !schemas.operations.has(name)) throw unknownOperation(service, name);
  const buckets = options.world.state(requestBuckets, call.context.region);
  if (!takeRequest(buckets, service.signingName, name)) throw throttling(service.protocol);
  const role = call.context.principal?.roleName;
  const fault = options.faults.next({ service: service.signingName, operation: name, role });
  if (fault?.kind === 'drop') return undefined;
  if (fault?.kind === 'killed' && fault.when === 'before') {
    fault.kill();
    return undefined;
  }
  if (fault?.kind === 'delay') {
    await delay(fault.seconds * 1000, undefined, { signal: options.world.closing });
  }
  const reply = await run(call, name, fault, options);
  if (fault?.kind === 'killed') fault.kill();
  return fault?.kind === 'killed' || fault?.kind === 'lost-answer' ? undefined : reply;
}

async function run(call: Call, name: string, fault: Hit | undefined, options: EndpointOptions): Promise<WireReply> {
  const { request, service, schemas, context } = call;
  const codec = codecs[service.protocol];
  const schema = schemas.operations.get(name);
  if (!schema) throw unknownOperation(service, name);
  refuseUnknownHeaders(request, schema);
  const input = codec.decode(request, schema, service);
  const failure = faultAnswer(fault, service, { operation: name, input, context }, options.world);
  if (failure) throw failure;
  // AWS refuses before it works, so what the sandbox has not got is refused to those who may not do it anyway.
  if (context.principal) options.authorize(service, { operation: name, input, context });
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (!operation) {
    throw new AwsError('NotImplemented', `The sandbox does not implement ${service.signingName} ${name}.`, 501);
  }
  refuseUnserved(service, schema, input);
  service.checkRequest?.(request);
  const repetition = repetitionOf(service, schema, input, context);
  const output =
    repetition.output ??
    (await operation(input as never, fault?.kind === 'stale' ? { ...context, world: fault.past } : context));
  repetition.remember(output);
  checkShape(schema.output, output, `${service.signingName} ${name} output`);
  return codec.encode(output as Record<string, unknown>, schema, { service, requestId: context.requestId });
}

/** What a service says to an operation it has never heard of (CommonErrors.html, InvalidAction). */
function unknownOperation(service: ServiceModule, name: string | undefined): AwsError {
  const isQuery = service.protocol === 'query' || service.protocol === 'ec2-query';
  return new AwsError(
    isQuery ? 'InvalidAction' : 'UnknownOperationException',
    `The action ${name ?? '(none)'} is not valid for ${service.signingName}.`,
    isQuery ? 400 : 404,
  );
}

function asAwsError(error: unknown, onBug: (error: Error) => void): AwsError {
  if (error instanceof AwsError) return error;
  const bug = error instanceof Error ? error : new SandboxBug(String(error));
  onBug(bug);
  return new AwsError('InternalFailure', `The sandbox failed: ${bug.message}`, 500);
}

function toWireError(error: AwsError, schemas: ServiceSchemas): WireError {
  const modelled = schemas.errors.get(error.code);
  return {
    code: modelled?.name ?? error.code,
    queryCode: modelled?.queryCode ?? error.code,
    message: error.message,
    // 400 is AwsError's default, so the model knows better.
    status: error.status === 400 ? (modelled?.status ?? 400) : error.status,
  };
}

type Answered = { input: object; output: object };

const answeredRequests: StateKey<Map<string, Answered>> = { id: 'answered-requests', create: () => new Map() };

/** Remembers the answer to a request that carries a token of idempotency. */
type Repetition = { output: object | undefined; remember(output: object): void };

/**
 * A request that repeats an earlier one with the same token and the same members gets the earlier one's answer, and nothing
 * is done twice; with other members it is refused (Smithy trait idempotencyToken; AWSEC2 APIReference, Run_Instance_Idempotency.html; the `clientRequestToken`
 * of each API). Operations that read their token themselves decide for themselves.
 * @throws AwsError IdempotentParameterMismatch
 */
function repetitionOf(
  service: ServiceModule,
  operation: OperationSchema,
  input: Readonly<Record<string, unknown>>,
  { world, region }: CallContext,
): Repetition {
  const member = idempotencyToken(operation.input);
  const token = member === undefined ? undefined : input[member];
  if (member === undefined || token === undefined || service.members?.[operation.name]?.includes(member)) {
    return { output: undefined, remember: () => undefined };
  }
  const answered = world.state(answeredRequests, region);
  const key = JSON.stringify([service.signingName, operation.name, token]);
  const earlier = answered.get(key);
  if (earlier && !isDeepStrictEqual(earlier.input, input)) throw mismatch(service);
  return {
    output: earlier?.output,
    remember: (output) => void answered.set(key, { input, output }),
  };
}

/** AWSEC2 APIReference, errors-overview.html; what others say is not documented. */
const mismatch = ({ signingName }: ServiceModule): AwsError =>
  signingName === 'ec2'
    ? new AwsError(
        'IdempotentParameterMismatch',
        'The request uses the same client token as a previous, but non-identical request.',
      )
    : new AwsError('NotImplemented', `The sandbox does not know what ${signingName} says to a used token.`, 501);

/** Headers that change what HTTP's methods do (RFC 9110, 13 and 14). */
const CONDITIONAL = /^(if-(match|none-match|modified-since|unmodified-since|range)|range)$/;

/** Headers of AWS's that belong to signature, transfer, protocol or diagnosis and not to an operation. */
const COMMON: ReadonlySet<string> = new Set([
  // AmazonS3 API, sigv4-auth-using-authorization-header.html and sigv4-streaming-trailers.html
  ...['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-trailer'],
  // smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html; x-amzn-query-mode: aws-query-protocol.html, compatibility
  ...['x-amz-target', 'x-amz-api-version', 'x-amzn-query-mode'],
  ...['x-amz-user-agent', 'x-amzn-trace-id'],
]);

/** Checksums of the body, which S3 takes with every request (checking-object-integrity-upload.html). */
const CHECKSUM = /^x-amz-(checksum-|sdk-checksum-algorithm$)/;

/**
 * Refuses a header that asks for something which the operation does not have: one of AWS's own, or a condition.
 * @throws AwsError NotImplemented naming the header
 */
function refuseUnknownHeaders({ headers }: WireRequest, { input }: OperationSchema): void {
  const asking = Object.keys(headers).filter(
    (name) => (/^x-amzn?-/.test(name) && !COMMON.has(name) && !CHECKSUM.test(name)) || CONDITIONAL.test(name),
  );
  if (asking.length === 0) return;
  const prefixes: string[] = [];
  const bound = new Set<string>();
  for (const [, member] of input.isUnitSchema() ? [] : input.structIterator()) {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    if (httpHeader !== undefined) bound.add(httpHeader.toLowerCase());
    if (httpPrefixHeaders !== undefined) prefixes.push(httpPrefixHeaders.toLowerCase());
  }
  const unknown = asking.find((name) => !bound.has(name) && !prefixes.some((prefix) => name.startsWith(prefix)));
  if (unknown !== undefined) throw unknownPart(`the header ${unknown}`);
}
