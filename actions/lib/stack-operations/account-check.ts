import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { Account } from '../ports/aws-ports.ts';

/** @throws Failure `WrongAccount` when the credentials in use belong to another account than the declared one */
export async function checkAccount(deployment: Deployment, account: Account): Promise<void> {
  const { accountId, arn } = await account.identity();
  if (accountId === deployment.aws.account_id) return;
  throw new Failure({
    code: 'WrongAccount',
    source: 'user',
    message: `${deployment.name} belongs to AWS account ${deployment.aws.account_id}, but the credentials are ${arn}.`,
    hint: 'Use credentials of that account, or correct aws.account_id.',
  });
}
