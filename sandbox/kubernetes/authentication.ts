import { splitTarget, type WireRequest } from '../aws/protocol/wire.ts';
import type { Principal } from '../aws/service.ts';
import type { AccessEntry, Cluster } from '../aws/services/eks/eks-state.ts';
import { iam } from '../aws/services/iam/iam-state.ts';
import { readAuthorization, signingTime } from '../aws/signature/authorization.ts';
import { verifySignature } from '../aws/signature/verify.ts';
import type { AwsWorld } from '../aws/world.ts';
import { realNow } from '../clock.ts';
import { ApiError } from './api-error.ts';

/** Who asks, and with which access entry. */
export type Caller = { username: string; entry: AccessEntry };

/** The cluster takes a token for so long, whatever its URL says (aws-iam-authenticator, README, "API Authorization"). */
const TOKEN_MILLISECONDS = 15 * 60_000;

/**
 * Finds out who a bearer token stands for. EKS tokens are `k8s-aws-v1.` and the base64url of a presigned URL of STS
 * GetCallerIdentity that signs the header `x-k8s-aws-id` with the cluster's name (aws-iam-authenticator, README; AWS CLI
 * `aws eks get-token`). The cluster lets in whom an access entry names (eks/latest/userguide/access-entries.html).
 * @throws ApiError Unauthorized; the cluster never says why
 */
export function authenticate(world: AwsWorld, cluster: Cluster, header: string | undefined): Caller {
  const principal = principalOf(world, cluster, header);
  const entry = principal && entryOf(world, cluster, principal);
  if (!principal || !entry) {
    throw new ApiError('Unauthorized', 'You must be logged in to the server (Unauthorized)');
  }
  return { username: principal.arn, entry };
}

function principalOf(world: AwsWorld, cluster: Cluster, header: string | undefined): Principal | undefined {
  const token = /^Bearer k8s-aws-v1\.([\w-]+)=*$/.exec(header ?? '')?.[1];
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString();
  if (!URL.canParse(text)) return undefined;
  const { host, pathname, search } = new URL(text);
  const request: WireRequest = {
    method: 'GET',
    ...splitTarget(pathname + search),
    headers: { host, 'x-k8s-aws-id': cluster.name },
    body: Buffer.alloc(0),
  };
  const authorization = readAuthorization(request);
  if (authorization === undefined || 'malformed' in authorization) return undefined;
  const isCallerIdentity = request.query.some(([name, value]) => name === 'Action' && value === 'GetCallerIdentity');
  if (authorization.service !== 'sts' || !isCallerIdentity) return undefined;
  if (!authorization.signedHeaders.includes('x-k8s-aws-id')) return undefined;
  if (realNow().getTime() - signingTime(authorization.timestamp).getTime() > TOKEN_MILLISECONDS) return undefined;
  const verified = verifySignature(world, request, authorization);
  return 'refusal' in verified ? undefined : verified.key.principal;
}

/** A role session is compared by its role's ARN, path included (eks/latest/userguide/creating-access-entries.html). */
function entryOf(world: AwsWorld, cluster: Cluster, principal: Principal): AccessEntry | undefined {
  if (principal.roleName === undefined) return cluster.accessEntries.get(principal.arn);
  const role = iam(world).roles.get(principal.roleName);
  const roleArn = role?.arn ?? `arn:aws:iam::${principal.accountId}:role/${principal.roleName}`;
  return cluster.accessEntries.get(roleArn);
}
