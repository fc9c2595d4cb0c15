import { partitionOf } from '../deployment/regions.ts';

/** Name of the role without permissions that the bootstrap stack makes beside CloudFormation's role. */
export function powerlessRole(cloudFormationRole: string): string {
  return `${cloudFormationRole}-powerless`;
}

/** The ARN of a role without path; roles are looked up by name, so that nobody copies an ARN. */
export function roleArn(accountId: string, roleName: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${accountId}:role/${roleName}`;
}

/** The ARN of a policy of the account's own, without path. */
export function policyArn(accountId: string, policyName: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${accountId}:policy/${policyName}`;
}
