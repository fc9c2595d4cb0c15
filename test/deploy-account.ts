import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type AwsSandbox, createVirtualClock, startAws } from '@opensarlab/sandbox';
import { vi } from 'vitest';
import { connectAws } from '../actions/lib/adapters/aws/aws-account.ts';
import type { RequestWaiting } from '../actions/lib/adapters/aws/request-retries.ts';
import type { Patience } from '../actions/lib/engine/poll.ts';
import type { AwsPorts } from '../actions/lib/ports/aws-ports.ts';

/** An AWS account for one test file, with the roles that CloudFormation works with. */
export type TestAccount = {
  accountId: string;
  region: string;
  /** Scratch space, removed by `close`. */
  folder: string;
  sandbox: AwsSandbox;
  /** For SDK clients of the test itself. */
  settings: { region: string; credentials: AwsSandbox['administrator'] };
  /** The product's ports; each call makes new ones that count from zero. */
  connect(waiting?: RequestWaiting): AwsPorts;
  close(): Promise<void>;
};

/**
 * Starts an account in which an hour passes in some 36 ms.
 * @param boundary what the policy that limits service accounts allows, default everything
 * @param scale virtual seconds per real one, where the test reckons with them
 */
export async function openTestAccount(boundary: readonly string[] = ['*'], scale = 100_000): Promise<TestAccount> {
  const accountId = '123456789012';
  const region = 'us-west-2';
  const folder = mkdtempSync(join(tmpdir(), 'deploy-test-'));
  const sandbox = await startAws({ accountId, clock: createVirtualClock(scale), folder: join(folder, 'aws') });
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  const settings = { region, credentials: sandbox.administrator };
  const iam = new IAMClient(settings);
  await makeRole(iam, 'opensarlab-cloudformation', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  await makeRole(iam, 'opensarlab-cloudformation-powerless', []);
  const Statement = [{ Effect: 'Allow', Action: boundary, Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreatePolicyCommand({ PolicyName: 'opensarlab-boundary', PolicyDocument }));
  await trustGitHub(iam);
  return {
    accountId,
    region,
    folder,
    sandbox,
    settings,
    connect: (waiting) =>
      connectAws({ region, accountId, credentials: sandbox.administrator, ...(waiting && { waiting }) }),
    async close() {
      await sandbox.close();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Looks every few milliseconds, for at most 20 seconds of real time. */
export function testPatience(): Patience {
  const clock = {
    now: () => new Date(),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  return { clock, pollMilliseconds: 10, deadline: new Date(Date.now() + 20_000) };
}

/** Puts one commit with these files on `main`, as the mirror does. */
export function pushFiles(account: TestAccount, repository: string, files: Record<string, string>): string {
  const tree = mkdtempSync(join(account.folder, 'tree-'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(tree, path), text);
  const identity = ['-c', 'user.name=mirror', '-c', 'user.email=mirror@example.org'];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', tree, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=mirror');
  git('push', '--quiet', '--force', account.sandbox.repository(account.region, repository).folder, 'main');
  return git('rev-parse', 'HEAD').trim();
}

/** GitHub's identity provider, and a role for jobs of each environment; they may do nothing. */
async function trustGitHub(iam: IAMClient): Promise<void> {
  const issuer = 'token.actions.githubusercontent.com';
  const provider = { Url: `https://${issuer}`, ClientIDList: ['sts.amazonaws.com'] };
  const { OpenIDConnectProviderArn } = await iam.send(new CreateOpenIDConnectProviderCommand(provider));
  for (const environment of ['plan', 'deploy', 'destroy']) {
    const StringEquals = { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:environment`]: environment };
    const Principal = { Federated: OpenIDConnectProviderArn };
    const Action = 'sts:AssumeRoleWithWebIdentity';
    const Statement = [{ Effect: 'Allow', Principal, Action, Condition: { StringEquals } }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: `opensarlab-${environment}`, AssumeRolePolicyDocument }));
  }
}

async function makeRole(iam: IAMClient, name: string, statements: object[]): Promise<void> {
  const Principal = { Service: 'cloudformation.amazonaws.com' };
  const policy = (Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const AssumeRolePolicyDocument = policy([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }]);
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  if (statements.length === 0) return;
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: policy(statements) }));
}
