import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TestAccount } from './deploy-account.ts';
import { declaration, deploy, openReadyAccount, planOf } from './operator-changes/change-scene.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await openReadyAccount();
});
afterEach(() => account.close());

/** Names of the pools of the region, whoever made them. */
async function pools(): Promise<(string | undefined)[]> {
  const client = new CognitoIdentityProviderClient(account.settings);
  const { UserPools = [] } = await client.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  return UserPools.map(({ Name }) => Name);
}

it('leaves no user pool behind, however often a lab is deployed whose domain is taken', {
  timeout: 60_000,
}, async () => {
  const { cloudFormation } = account.connect();
  const TemplateBody = `Resources:
  Pool: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: other}}
  Domain: {Type: AWS::Cognito::UserPoolDomain, Properties: {UserPoolId: !Ref Pool, Domain: example-cluster}}\n`;
  await new CloudFormationClient(account.settings).send(new CreateStackCommand({ StackName: 'other', TemplateBody }));
  await vi.waitFor(async () => expect((await cloudFormation.findStack('other'))?.status).toBe('CREATE_COMPLETE'));

  const declared = { text: declaration(account) };
  for (let run = 0; run < 3; run += 1) {
    const plan = await planOf(account, declared);
    await expect(deploy(account, declared, plan, ['cognito'])).rejects.toThrow(/example-cluster|domain/i);
    expect(await pools()).toEqual(['other']);
  }
});
