import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Parameter,
} from '@aws-sdk/client-cloudformation';
import type { RepositoryHandle } from '../sandbox/github/github-sandbox.ts';
import { type Sandbox, sandboxAccountId } from '../sandbox/start-sandbox.ts';
import { expectThat } from './expectation.ts';
import type { Administrator } from './visit.ts';

const mailDomain = 'example.org';
const domain = `sar-demo.${mailDomain}`;

/** What an administrator sets up once per account, and what the declaration then refers to. */
export type PreparedAccount = {
  accountId: string;
  certificateArn: string;
  mailIdentityArn: string;
  url: string;
  adminEmail: string;
};

type Setup = {
  root: string;
  sandbox: Sandbox;
  administrator: Administrator;
  owner: { login: string; id: number };
  repository: RepositoryHandle;
};

/** Imports a certificate, verifies the mail domain, and creates the bootstrap stack with the administrator's keys. */
export async function prepareAccount(setup: Setup): Promise<PreparedAccount> {
  const { sandbox, administrator } = setup;
  const { setup: account } = sandbox.aws;
  const { region } = administrator;
  const certificate = account.importCertificate(region, { domainName: domain });
  account.verifySesIdentity(region, mailDomain);
  account.grantSesProductionAccess(region);
  await createBootstrapStack(setup);
  return {
    accountId: sandboxAccountId,
    certificateArn: certificate.arn,
    mailIdentityArn: `arn:aws:ses:${region}:${sandboxAccountId}:identity/${mailDomain}`,
    url: `https://${domain}`,
    adminEmail: 'jdoe@example.org',
  };
}

async function createBootstrapStack({ root, administrator, owner, repository, sandbox }: Setup): Promise<void> {
  const client = new CloudFormationClient(administrator);
  const values = {
    GitHubOwner: owner.login,
    GitHubOwnerId: String(owner.id),
    GitHubRepository: repository.fullName.split('/')[1] ?? '',
    GitHubRepositoryId: String(repository.id),
  };
  const StackName = 'opensarlab-bootstrap';
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: await readFile(join(root, 'cluster', 'cloudformation', 'bootstrap.yaml'), 'utf8'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(values).map(
        ([ParameterKey, ParameterValue]): Parameter => ({ ParameterKey, ParameterValue }),
      ),
    }),
  );
  for (let look = 0; look < 200; look += 1) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks[0]?.StackStatus ?? '';
    if (status === 'CREATE_COMPLETE') return;
    expectThat(
      status === 'CREATE_IN_PROGRESS',
      `the bootstrap stack is ${status}: ${Stacks[0]?.StackStatusReason ?? ''}`,
    );
    await sandbox.clock.sleep(2);
  }
  expectThat(false, 'the bootstrap stack was not complete after 400 virtual seconds');
}
