import type { Principal, ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { accessOf, requireAccess } from '../iam/authorizer.ts';
import { roleByArn } from '../iam/iam-state.ts';
import { trustsService } from '../sts/role-trust.ts';

/**
 * True when a role exists and its trust policy lets a service assume it on behalf of one resource.
 * @param service e.g. `codebuild.amazonaws.com`
 * @param sourceArn the resource, for the condition key `aws:SourceArn`
 */
export function isAssumableBy(world: AwsWorld, roleArn: string, service: string, sourceArn: string): boolean {
  const role = roleByArn(world, roleArn);
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': world.accountId };
  return role !== undefined && trustsService(role, service, context);
}

/** An operation and its input. */
export type ServiceCall = readonly [operation: string, input: Readonly<Record<string, unknown>>];

/**
 * What CodeBuild and CodePipeline do with a service role goes through no endpoint; this is the check that AWS makes.
 * @param principal the role's session
 * @param calls operations of the service, or actions that are no API operations, such as `GitPull`, and what they are given
 * @throws AwsError when the role's policies do not allow one of them
 */
export function requireAllowed(
  world: AwsWorld,
  region: string,
  principal: Principal,
  service: ServiceModule,
  calls: readonly ServiceCall[],
): void {
  const context = { world, region, principal, requestId: 'service' };
  for (const [operation, input] of calls) {
    const needed = accessOf(service, { operation, input, context });
    requireAccess(world, principal, service.protocol, needed, { region, enforceIdentityPolicies: true });
  }
}
