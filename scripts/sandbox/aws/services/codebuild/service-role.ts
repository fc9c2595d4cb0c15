import type { Principal, ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { roleByArn } from '../iam/iam-state.ts';
import { createIdentityAuthorizer } from '../iam/identity-authorizer.ts';
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

/**
 * What CodeBuild and CodePipeline do with a service role goes through no endpoint; this is the check that AWS makes.
 * @param principal the role's session
 * @param operations of the service, or actions that are no API operations, such as `GitPull`
 * @throws AwsError when the role's policies do not allow one of them
 */
export function requireAllowed(
  world: AwsWorld,
  region: string,
  principal: Principal,
  service: ServiceModule,
  operations: readonly string[],
): void {
  const authorize = createIdentityAuthorizer(world);
  for (const operation of operations) authorize({ principal, service, operation, region });
}
