import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SourceData } from '@smithy/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AwsError, type ServiceModule } from '../aws/service.ts';
import { ecrService } from '../aws/services/ecr/ecr-service.ts';
import { ecrState } from '../aws/services/ecr/ecr-state.ts';
import { stsService } from '../aws/services/sts/sts-service.ts';
import { type AwsSandbox, startAws } from '../aws/start-aws.ts';
import { createVirtualClock } from '../clock.ts';
import { aws } from './aws.ts';
import { eksToken } from './eks-token.ts';
import { runInTest, type ToolResult } from './tool-fixture.ts';

const ARN = 'arn:aws:eks:us-west-2:123456789012:cluster/sar-cluster';

/** Just enough of EKS to describe a cluster. */
const eksService: ServiceModule = {
  signingName: 'eks',
  protocol: 'rest-json',
  loadClient: () => import('@aws-sdk/client-eks'),
  operations: {
    DescribeCluster: ({ name }: { name: string }) => {
      if (name === 'young') return { cluster: { name, arn: ARN, status: 'CREATING' } };
      if (name !== 'sar-cluster')
        throw new AwsError('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
      const certificateAuthority = { data: 'Q0E=' };
      return {
        cluster: { name, arn: ARN, status: 'ACTIVE', endpoint: 'https://127.0.0.1:6443', certificateAuthority },
      };
    },
  },
};

let sandbox: AwsSandbox;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  sandbox = await startAws({
    accountId: '123456789012',
    clock: createVirtualClock(1000),
    folder: join(folder, 'world'),
    services: [ecrService, stsService, eksService],
  });
  env = {
    HOME: folder,
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: sandbox.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.administrator.secretAccessKey,
  };
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<ToolResult> => runInTest(aws, args, { env });

it('runs as a program of its own', async () => {
  const program = fileURLToPath(new URL('./aws', import.meta.url));
  const programEnv = { ...env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const { stdout } = await promisify(execFile)(
    program,
    ['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
    {
      env: programEnv,
    },
  );
  expect(stdout).toBe('123456789012\n');
});

it('prints JSON unless told otherwise', async () => {
  const { stdout } = await run('sts', 'get-caller-identity');
  expect(JSON.parse(stdout)).toMatchObject({ Account: '123456789012' });
});

it('ecr get-login-password prints the password that the registry knows', async () => {
  const { stdout } = await run('ecr', 'get-login-password', '--region', 'us-west-2');
  expect([...sandbox.world.state(ecrState, 'us-west-2').passwords.keys()]).toContain(stdout.trim());
});

describe('errors', () => {
  it.each([
    [['s3', 'ls'], 252, 'the sandbox has no command "s3 ls"'],
    [['sts', 'get-caller-identity', '--debug'], 252, 'unknown flag: --debug'],
    [['sts', 'get-caller-identity', '--query', 'length(@)', '--output', 'text'], 252, 'Bad value for --query'],
    [['sts', 'get-caller-identity', '--output', 'table'], 252, 'Unknown output type: table'],
    [
      ['eks', 'describe-cluster', '--name', 'none'],
      254,
      'An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: none.',
    ],
    [['eks', 'update-kubeconfig', '--name', 'young'], 255, 'Cluster status is CREATING'],
    [['eks', 'update-kubeconfig'], 252, 'required: --name'],
  ])('%j', async (args, status, message) => {
    expect(await run(...args)).toEqual({ status, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('without credentials', async () => {
    const result = await runInTest(aws, ['sts', 'get-caller-identity'], { env: { AWS_REGION: 'us-west-2' } });
    expect(result).toMatchObject({ status: 253, stderr: expect.stringContaining('Unable to locate credentials') });
  });
});

it('eks update-kubeconfig writes a context that gets its token from aws', async () => {
  const KUBECONFIG = join(folder, 'kube', 'config');
  const update = (...args: string[]): Promise<ToolResult> =>
    runInTest(aws, ['eks', 'update-kubeconfig', '--name', 'sar-cluster', ...args], { env: { ...env, KUBECONFIG } });
  expect((await update()).stdout).toBe(`Added new context ${ARN} to ${KUBECONFIG}\n`);
  expect((await update('--role-arn', 'arn:aws:iam::123456789012:role/x')).stdout).toMatch(/^Updated context/);
  const config = parse(await readFile(KUBECONFIG, 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({
    'current-context': ARN,
    clusters: [{ name: ARN, cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
    users: [
      {
        user: {
          exec: {
            command: 'aws',
            args: expect.arrayContaining(['get-token', '--cluster-name', 'sar-cluster', '--role-arn']),
          },
        },
      },
    ],
  });
  expect(config['contexts']).toHaveLength(1);
});

it('eks get-token presigns GetCallerIdentity for the cluster', async () => {
  const { stdout } = await run('eks', 'get-token', '--cluster-name', 'sar-cluster');
  const { status } = JSON.parse(stdout) as { status: { token: string } };
  const url = new URL(Buffer.from(status.token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(url.host).toBe('sts.us-west-2.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    'X-Amz-Credential': expect.stringContaining(`${sandbox.administrator.accessKeyId}/`),
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
  });
});

it('an EKS token has the signature that the SDK makes', async () => {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const { createHash, createHmac } = await import('node:crypto');
  const bytes = (data: SourceData): Uint8Array => {
    if (typeof data === 'string') return Buffer.from(data);
    return ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
  };
  /** SHA-256 in the form the SDK's signer takes. */
  class Sha256 {
    readonly hash;
    constructor(secret?: SourceData) {
      this.hash = secret ? createHmac('sha256', bytes(secret)) : createHash('sha256');
    }
    update(data: SourceData): void {
      this.hash.update(bytes(data));
    }
    async digest(): Promise<Uint8Array> {
      return this.hash.digest();
    }
    reset(): void {}
  }
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a/b+c=' };
  const now = new Date('2026-11-23T05:40:00Z');
  const host = 'sts.us-west-2.amazonaws.com';
  const signer = new SignatureV4({ service: 'sts', region: 'us-west-2', credentials, sha256: Sha256 });
  const presigned = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host, 'x-k8s-aws-id': 'sar-cluster' },
    },
    { expiresIn: 60, signingDate: now, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const token = eksToken({ cluster: 'sar-cluster', region: 'us-west-2', credentials, now });
  const url = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(Object.fromEntries(url.searchParams)).toEqual(presigned.query);
});
