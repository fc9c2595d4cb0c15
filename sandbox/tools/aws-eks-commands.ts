import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { realNow } from '../clock.ts';
import { type AwsKeys, type ClientOptions, callApi } from './aws-api-commands.ts';
import { clientOptions, parseAwsCommandLine } from './aws-command-line.ts';
import { lastValue } from './command-line.ts';
import { eksToken } from './eks-token.ts';
import { ToolError, type ToolInput } from './run-tool.ts';

type Named = { name: string };
type Kubeconfig = { clusters?: Named[]; contexts?: Named[]; users?: Named[] } & Record<string, unknown>;

/**
 * `aws eks update-kubeconfig`: adds the cluster to a kubeconfig file and makes it the current one
 * (docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html).
 */
export async function updateKubeconfig(input: ToolInput): Promise<number> {
  const line = parseAwsCommandLine(input.args, {
    '--name': 'value',
    '--role-arn': 'value',
    '--kubeconfig': 'value',
    '--alias': 'value',
  });
  const name = lastValue(line, '--name');
  if (!name) throw new ToolError('aws: error: the following arguments are required: --name', 252);
  const options = clientOptions(input, line);
  const { cluster } = await callApi(options, 'eks', 'DescribeCluster', { name });
  const { arn, status, endpoint, certificateAuthority } = cluster as Cluster;
  if (status !== 'ACTIVE' && status !== 'UPDATING') throw new ToolError(`Cluster status is ${status}`, 255);
  const alias = lastValue(line, '--alias') ?? arn;
  const file = kubeconfigFile(input, lastValue(line, '--kubeconfig'));
  const before = await readKubeconfig(file);
  const added = !before.contexts?.some((context) => context.name === alias);
  const after = {
    apiVersion: 'v1',
    kind: 'Config',
    preferences: {},
    ...before,
    clusters: replaceNamed(before.clusters, {
      name: arn,
      cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority?.data },
    }),
    contexts: replaceNamed(before.contexts, { name: alias, context: { cluster: arn, user: arn } }),
    users: replaceNamed(before.users, {
      name: arn,
      user: { exec: execEntry(name, options.region, lastValue(line, '--role-arn')) },
    }),
    'current-context': alias,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stringify(after), { mode: 0o600 });
  input.stdout(`${added ? 'Added new context' : 'Updated context'} ${alias} ${added ? 'to' : 'in'} ${file}\n`);
  return 0;
}

type Cluster = { arn: string; status: string; endpoint: string; certificateAuthority?: { data?: string } };

/** The given file, the first one of `KUBECONFIG`, or the user's own. */
function kubeconfigFile(input: ToolInput, given: string | undefined): string {
  const [first] = (input.env['KUBECONFIG'] ?? '').split(':');
  return given ?? (first || join(input.env['HOME'] ?? '.', '.kube', 'config'));
}

async function readKubeconfig(file: string): Promise<Kubeconfig> {
  try {
    return ((parse(await readFile(file, 'utf8')) as unknown) ?? {}) as Kubeconfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

const replaceNamed = (entries: Named[] | undefined, entry: Named & Record<string, unknown>): Named[] => [
  ...(entries ?? []).filter((each) => each.name !== entry.name),
  entry,
];

/** How kubectl gets a token: by running `aws eks get-token`. */
function execEntry(cluster: string, region: string, roleArn: string | undefined): object {
  const role = roleArn === undefined ? [] : ['--role-arn', roleArn];
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['--region', region, 'eks', 'get-token', '--cluster-name', cluster, '--output', 'json', ...role],
    env: null,
  };
}

/**
 * `aws eks get-token`: a bearer token for the cluster, which is a presigned request to STS GetCallerIdentity
 * (docs.aws.amazon.com/cli/latest/reference/eks/get-token.html).
 */
export async function eksGetToken(input: ToolInput): Promise<number> {
  const line = parseAwsCommandLine(input.args, { '--cluster-name': 'value', '--role-arn': 'value' });
  const cluster = lastValue(line, '--cluster-name');
  if (!cluster) throw new ToolError('aws: error: the following arguments are required: --cluster-name', 252);
  const options = clientOptions(input, line);
  const roleArn = lastValue(line, '--role-arn');
  const credentials = roleArn === undefined ? options.credentials : await assumeRole(options, roleArn);
  const now = realNow();
  const token = eksToken({ cluster, region: options.region, credentials, now });
  // The command line names an expiry of 14 minutes, one less than the token's.
  const expirationTimestamp = `${new Date(now.getTime() + 14 * 60_000).toISOString().slice(0, 19)}Z`;
  const credential = {
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    spec: {},
    status: { expirationTimestamp, token },
  };
  input.stdout(`${JSON.stringify(credential)}\n`);
  return 0;
}

async function assumeRole(options: ClientOptions, RoleArn: string): Promise<AwsKeys> {
  const answer = await callApi(options, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'EKSGetTokenAuth' });
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer['Credentials'] as Record<string, string>;
  return { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '', sessionToken: SessionToken ?? '' };
}
