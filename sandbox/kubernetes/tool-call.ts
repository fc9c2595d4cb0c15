import type { AwsWorld } from '../aws/world.ts';
import { ApiError } from './api-error.ts';
import type { Caller } from './authentication.ts';
import { type Access, authorize } from './authorization.ts';
import type { KubernetesCluster } from './cluster-state.ts';
import { groupOf, type Kind } from './objects/kinds.ts';

/** What an operation of the tools' API gets beside its input. */
export type ToolCall = { world: AwsWorld; cluster: KubernetesCluster; caller: Caller };

/** One operation: input and output are plain JSON, described by the operation's own types. */
export type ToolOperation = (call: ToolCall, input: never) => unknown;

/** Checks that the caller may do something with a kind. @throws ApiError Forbidden */
export function checkAccess(call: ToolCall, verb: Access['verb'], kind: Kind, namespace: string | undefined): void {
  authorize(call.caller, {
    verb,
    resource: kind.plural,
    group: groupOf(kind),
    namespace: kind.namespaced ? namespace : undefined,
  });
}

/** Real tools would wait for ever; nothing here takes longer than this many virtual seconds. */
export const LONGEST_WAIT_SECONDS = 3600;

/** @throws ApiError NotFound, in kubectl's words */
export function notFound(plural: string, group: string, name: string): never {
  throw new ApiError('NotFound', `${plural}${group === '' ? '' : `.${group}`} "${name}" not found`);
}
