import { isDeepStrictEqual } from 'node:util';
import type { OperationSchema } from '../protocol/operation-schema.ts';
import { AwsError, type CallContext, type ServiceModule } from '../service.ts';
import type { StateKey } from '../world.ts';
import { idempotencyToken } from './unserved-members.ts';

type Answered = { input: object; output: object };

const answeredRequests: StateKey<Map<string, Answered>> = { id: 'answered-requests', create: () => new Map() };

/** Remembers the answer to a request that carries a token of idempotency. */
export type Repetition = { output: object | undefined; remember(output: object): void };

/**
 * A request that repeats an earlier one with the same token and the same members gets the earlier one's answer, and nothing
 * is done twice; with other members it is refused (Smithy trait idempotencyToken; AWSEC2 APIReference, Run_Instance_Idempotency.html; the `clientRequestToken`
 * of each API). Operations that read their token themselves decide for themselves.
 * @throws AwsError IdempotentParameterMismatch
 */
export function repetitionOf(
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
