import type { operations } from '@octokit/openapi-types';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import type { ServedOperation } from '../openapi/served-operations.ts';
import type { UndescribedOperation, UndescribedOperations } from '../openapi/undescribed-operations.ts';
import { ApiError } from './api-error.ts';
import type { RateLimit } from './rate-limit.ts';

type Described<Id extends ServedOperation> = Id extends UndescribedOperation
  ? UndescribedOperations[Id]
  : Id extends keyof operations
    ? operations[Id]
    : never;
type ParametersOf<Id extends ServedOperation> = Described<Id> extends { parameters: infer P } ? P : never;

/** 64-bit integers are typed `number | bigint`; ids here are small enough for a number. */
type Numbers<T> = { [Key in keyof T]: Exclude<T[Key], bigint> };

export type PathOf<Id extends ServedOperation> =
  ParametersOf<Id> extends { path: infer P } ? Numbers<P> : Record<string, never>;
export type QueryOf<Id extends ServedOperation> =
  ParametersOf<Id> extends { query?: infer Q } ? Numbers<NonNullable<Q>> : Record<string, never>;
export type BodyOf<Id extends ServedOperation> =
  Described<Id> extends { requestBody?: infer R }
    ? NonNullable<R> extends { content: { 'application/json': infer B } }
      ? NonNullable<B>
      : undefined
    : undefined;

/** A request that was authenticated, authorized and validated against GitHub's description of the operation. */
export type RestCall<Id extends ServedOperation = ServedOperation> = {
  state: GitHubState;
  /** Undefined for an anonymous reader. */
  grant: Grant | undefined;
  path: PathOf<Id>;
  query: QueryOf<Id>;
  /** `{}` when the request had no body. */
  body: BodyOf<Id>;
  /** The request's URL as the client knows it, for `Link` headers. */
  url: URL;
  rate: RateLimit;
  /** From `Accept: application/vnd.github.<format>+json`: `raw`, `diff` …; `json` by default. */
  format: string;
};

export type RestReply = {
  status: number;
  /** JSON body, validated against the description; absent for replies without body. */
  body?: unknown;
  /** A body that is not JSON. */
  content?: { type: string; data: string | Uint8Array };
  headers?: Record<string, string>;
};

/** Serves one operation of a repository. */
export type RepositoryHandler<Id extends ServedOperation> = (
  call: RestCall<Id>,
  repository: Repository,
) => RestReply | Promise<RestReply>;

/** Serves one operation that is about no repository. */
export type GlobalHandler<Id extends ServedOperation> = (call: RestCall<Id>) => RestReply | Promise<RestReply>;

/** The operations below `/repos/{owner}/{repo}`. */
export type RepositoryOperation = Exclude<
  ServedOperation,
  'meta/root' | 'rate-limit/get' | 'users/get-authenticated' | 'users/get-by-username' | 'orgs/get' | 'apps/get-by-slug'
>;

/** Handlers of some operations of a repository, each typed by GitHub's description. */
export type RepositoryHandlers<Ids extends RepositoryOperation> = { [Id in Ids]: RepositoryHandler<Id> };
export type GlobalHandlers = { [Id in Exclude<ServedOperation, RepositoryOperation>]: GlobalHandler<Id> };

/** The caller of an operation that changes something. @throws ApiError 401 for an anonymous one */
export function signedIn(call: { grant: Grant | undefined }): Grant {
  if (call.grant === undefined) throw new ApiError(401, 'Requires authentication');
  return call.grant;
}
