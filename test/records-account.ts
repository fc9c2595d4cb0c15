import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type AwsSandbox, createVirtualClock, startAws } from '@opensarlab/sandbox';
import { vi } from 'vitest';
import { clientSettings } from '../actions/lib/adapters/aws/client-settings.ts';
import { connectCloudFormation } from '../actions/lib/adapters/aws/cloudformation.ts';
import { connectRecords } from '../actions/lib/adapters/aws/records.ts';
import { applyBootstrapStack } from '../actions/lib/bootstrap/bootstrap-stack.ts';
import type { Records } from '../actions/lib/ports/records.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { readTemplate } from '../actions/lib/stacks/template.ts';
import { requestText } from '../actions/lib/stacks/template-text.ts';
import { testPatience } from './deploy-account.ts';

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** An account that enforces policies and in which `bootstrap` has made the stack, in us-west-2. */
export type RecordsAccount = {
  accountId: string;
  region: string;
  bucket: string;
  sandbox: AwsSandbox;
  /** Keys of a session of a role. @param name without path */
  session(name: string): Keys;
  /** The product's port with a role's permissions, for a deployment in a region; the administrator's without a role. */
  records(role?: string, options?: { region?: string; planRole?: string }): Records;
  /** Makes a role beside those of the stack, as an administrator. */
  makeRole(name: string, options: { path?: string; boundary?: boolean; tags?: Record<string, string> }): Promise<void>;
  /** Gives a role a policy that allows everything in S3, as an administrator could. */
  allowAllOfS3(role: string): Promise<void>;
  close(): Promise<void>;
};

const accountId = '123456789012';
const region = 'us-west-2';

export async function openRecordsAccount(): Promise<RecordsAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'records-test-'));
  const clock = createVirtualClock(10_000);
  const sandbox = await startAws({ accountId, clock, folder: join(folder, 'aws'), enforceIdentityPolicies: true });
  vi.stubEnv('AWS_ENDPOINT_URL', sandbox.url);
  const iamClient = new IAMClient({ region, credentials: sandbox.administrator });
  const stack = await bootstrapped(sandbox);
  const session = (name: string): Keys => sandbox.session(name, { name: 'test' });
  return {
    accountId,
    region,
    bucket: stack.outputs.RecordsBucketName ?? '',
    sandbox,
    session,
    records(role, { region: from = region, planRole = 'opensarlab-plan' } = {}) {
      const credentials = role === undefined ? sandbox.administrator : session(role);
      return connectRecords(clientSettings(from, credentials), { accountId, planRole }, { count: 0 });
    },
    async makeRole(name, { path = '/', boundary = false, tags = {} }) {
      const Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
      const input = {
        RoleName: name,
        Path: path,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        ...(boundary ? { PermissionsBoundary: `arn:aws:iam::${accountId}:policy/opensarlab-boundary` } : {}),
      };
      await iamClient.send(new CreateRoleCommand(input));
    },
    async allowAllOfS3(role) {
      const Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await iamClient.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: 'all-of-s3', PolicyDocument }));
    },
    async close() {
      await sandbox.close();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function bootstrapped(sandbox: AwsSandbox) {
  const path = new URL('../cluster/cloudformation/bootstrap.yaml', import.meta.url);
  const cloudFormation = connectCloudFormation(clientSettings(region, sandbox.administrator), { count: 0 });
  const request = {
    templateBody: requestText(readTemplate(readFileSync(path, 'utf8'), 'bootstrap.yaml')),
    parameters: {
      GitHubOwner: 'sar-science',
      GitHubOwnerId: '90210',
      GitHubRepository: 'labs',
      GitHubRepositoryId: '4711',
    },
    token: (what: string) => `test-${what}`,
    dryRun: false,
  };
  return applyBootstrapStack(request, { cloudFormation, reporter: quietReporter(), patience: testPatience() });
}
