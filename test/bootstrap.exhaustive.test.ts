import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { type RepositoryHandle, type Sandbox, startSandbox, unprotectedEnvironment } from '@opensarlab/sandbox';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BootstrapResult } from '../actions/lib/bootstrap/bootstrap-result.ts';
import { readTemplate } from '../actions/lib/stacks/template.ts';
import { requestText } from '../actions/lib/stacks/template-text.ts';
import { exampleCheckout } from '../scripts/cli/test/example-checkout.ts';
import type { CommandRun } from '../scripts/cli/test/temporary-checkout.ts';
import { settingOf, statesOf, workflows } from './github/settings-scene.ts';

const region = 'us-west-2';
const names = ['--owner', 'sar-science', '--repository', 'labs', '--region', region];
const stackName = 'opensarlab-bootstrap';

let sandbox: Sandbox;
let repository: RepositoryHandle;
let settings: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeEach(async () => {
  sandbox = await startSandbox({ scale: 100_000 });
  repository = await sandbox.github.createRepository({
    owner: 'sar-science',
    ownerId: 90_210,
    name: 'labs',
    private: true,
    seed: { folder: await workflowFolder(), message: 'Workflows', author: { name: 'Root', email: 'root@example.org' } },
  });
  const token = sandbox.github.createUser({ login: 'root', id: 1, permission: 'admin' });
  settings = { region, endpoint: sandbox.aws.url, credentials: sandbox.aws.administrator };
  const { accessKeyId, secretAccessKey } = sandbox.aws.administrator;
  const variables = {
    ...sandbox.environment(region),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    GITHUB_API_URL: sandbox.github.apiUrl,
    GITHUB_TOKEN: token,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
});

/** A folder with the workflows that the settings of GitHub are about. */
async function workflowFolder(): Promise<string> {
  const folder = join(sandbox.folder, 'seed');
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  for (const [name, text] of Object.entries(workflows)) {
    await writeFile(join(folder, '.github/workflows', name), text);
  }
  return folder;
}

async function bootstrap(...options: string[]): Promise<CommandRun> {
  const checkout = await exampleCheckout();
  return await checkout.run('bootstrap', ...names, '--poll-seconds', '0.01', ...options);
}

async function result(...options: string[]): Promise<BootstrapResult> {
  const { out, err, code } = await bootstrap('--json', ...options);
  expect(code, err).toBe(0);
  return JSON.parse(out) as BootstrapResult;
}

async function trustOf(role: string): Promise<string> {
  const { Role } = await new IAMClient(settings).send(new GetRoleCommand({ RoleName: role }));
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
}

async function bootstrapStack() {
  const { Stacks } = await new CloudFormationClient(settings).send(new DescribeStacksCommand({}));
  return Stacks?.find((stack) => stack.StackName === stackName && stack.StackStatus !== 'DELETE_COMPLETE');
}

describe('opensarlab bootstrap', () => {
  it('makes roles that trust this repository by its ids, and changes nothing when run again', async () => {
    const first = await result();
    expect(first.stack.change).toBe('created');
    expect(first.stack.outputs.PlanRoleArn).toBe('arn:aws:iam::123456789012:role/opensarlab-plan');
    const trust = await trustOf('opensarlab-deploy');
    expect(trust).toContain(`"repo:sar-science@90210/labs@${repository.id}:environment:deploy"`);
    expect(trust).toContain('"repo:sar-science/labs:environment:deploy"');
    for (const environment of ['plan', 'deploy', 'destroy', 'audit']) {
      const { Statement } = JSON.parse(await trustOf(`opensarlab-${environment}`));
      const claim = (name: string): unknown => {
        return Statement[0].Condition.StringEquals[`token.actions.githubusercontent.com:${name}`];
      };
      expect(Statement).toHaveLength(1);
      expect(claim('aud')).toBe('sts.amazonaws.com');
      expect(claim('ref')).toBe('refs/heads/main');
      expect(claim('environment')).toBe(environment);
      expect(claim('repository_id')).toBe(String(repository.id));
      expect(claim('sub')).toHaveLength(2);
    }
    expect((await bootstrapStack())?.EnableTerminationProtection).toBe(true);
    expect((await result()).stack).toMatchObject({ change: 'unchanged', changes: [] });
  });

  it('shows in a dry run what it would make, and leaves nothing behind', async () => {
    const { out } = await bootstrap('--dry-run');
    expect(out).toMatch(/\d\d resources would change\. Nothing was done\./);
    expect(out).toContain('| `DeployRole` | `AWS::IAM::Role` | Add |');
    expect(await bootstrapStack()).toBeUndefined();
    await result();
    expect((await result('--dry-run')).stack).toMatchObject({ change: 'planned', changes: [] });
    const list = new ListChangeSetsCommand({ StackName: stackName });
    const { Summaries = [] } = await new CloudFormationClient(settings).send(list);
    expect(Summaries.filter(({ ExecutionStatus }) => ExecutionStatus === 'AVAILABLE')).toEqual([]);
  });

  it('uses the identity provider that the account has, but only if it takes the tokens', async () => {
    const url = 'https://token.actions.githubusercontent.com';
    const create = new CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: ['sts.amazonaws.com'] });
    const { OpenIDConnectProviderArn: arn } = await new IAMClient(settings).send(create);
    const made = await result();
    expect(made.existingProvider).toBe(arn);
    expect(made.stack.changes.map(({ type }) => type)).not.toContain('AWS::IAM::OIDCProvider');
    expect(await trustOf('opensarlab-audit')).toContain(arn);
    expect((await result()).stack.change).toBe('unchanged');
  });

  it('refuses a provider for other audiences, and one that does not exist', async () => {
    const url = 'https://token.actions.githubusercontent.com';
    const create = new CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: ['elsewhere'] });
    await new IAMClient(settings).send(create);
    const wrong = await bootstrap();
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('does not take tokens for sts.amazonaws.com');
    const missing = await bootstrap('--existing-provider', 'arn:aws:iam::123456789012:oidc-provider/none');
    expect(missing.err).toContain('The account has no identity provider arn:aws:iam::123456789012:oidc-provider/none.');
    expect(await bootstrapStack()).toBeUndefined();
  });

  it('makes the bucket of records, names it on the role plan, and finds it from every region', async () => {
    const { stack } = await result('--region', 'us-east-1');
    const bucket = 'opensarlab-records-123456789012-us-east-1';
    expect(stack).toMatchObject({ change: 'created', outputs: { RecordsBucketName: bucket } });
    const { Role } = await new IAMClient(settings).send(new GetRoleCommand({ RoleName: 'opensarlab-plan' }));
    expect(Role?.Tags).toContainEqual({ Key: 'opensarlab:records-bucket', Value: bucket });
    const { code, err } = await bootstrap();
    expect(code).toBe(1);
    expect(err).toContain(
      `Account 123456789012 is ready already: its stack ${stackName} is in us-east-1, with the bucket ${bucket}, and serves every region.`,
    );
    expect(err).toContain('Run bootstrap with --region us-east-1.');
    expect(await bootstrapStack()).toBeUndefined();
    expect((await result('--region', 'us-east-1')).stack.change).toBe('unchanged');
  });

  it('says that the names are taken where roles were made in another way', async () => {
    const trust =
      '{"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}';
    const role = { RoleName: 'opensarlab-plan', AssumeRolePolicyDocument: trust };
    await new IAMClient(settings).send(new CreateRoleCommand(role));
    const { code, err } = await bootstrap();
    expect(code).toBe(1);
    expect(err).toMatch(/already exists/i);
    expect(err).toContain('The stack belongs into one region only.');
  });

  it('says what to do when another account has the name of the bucket', async () => {
    sandbox.aws.setup.createForeignBucket(region, `opensarlab-records-123456789012-${region}`);
    const { code, err } = await bootstrap();
    expect(code).toBe(1);
    expect(err).toContain('Another account has a bucket of this name');
    expect(err).toContain('Make the stack in another --region');
    expect((await result('--region', 'us-east-1')).stack.change).toBe('created');
  });

  it('leaves no bucket behind when its first creation fails, so that the next one goes through', async () => {
    const template = await readFile(new URL('../cluster/cloudformation/bootstrap.yaml', import.meta.url), 'utf8');
    const parameters = {
      GitHubOwner: 'sar-science',
      GitHubOwnerId: '90210',
      GitHubRepository: 'labs',
      GitHubRepositoryId: '1',
      ExistingOidcProviderArn: 'no ARN, so that no role can trust it',
    };
    const create = new CreateStackCommand({
      StackName: stackName,
      TemplateBody: requestText(readTemplate(template, 'bootstrap.yaml')),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    await new CloudFormationClient(settings).send(create);
    await vi.waitFor(async () => expect((await bootstrapStack())?.StackStatus).toBe('ROLLBACK_COMPLETE'));
    const { Buckets } = await new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([]);
    expect((await result()).stack.change).toBe('created');
  });

  it('pins the workflow files when told to, and leaves them so', async () => {
    const claim = async (role: string): Promise<unknown> => {
      const { Statement } = JSON.parse(await trustOf(role));
      return Statement[0].Condition.StringEquals['token.actions.githubusercontent.com:job_workflow_ref'];
    };
    await result();
    expect(await claim('opensarlab-plan')).toBeUndefined();
    expect((await result('--pin-workflow-files', 'on')).stack.change).toBe('updated');
    const file = (name: string): string => `sar-science/labs/.github/workflows/${name}.yml@refs/heads/main`;
    expect(await claim('opensarlab-plan')).toBe(file('plan'));
    expect(await claim('opensarlab-deploy')).toEqual([file('deploy'), file('mirror')]);
    expect(await claim('opensarlab-destroy')).toBe(file('destroy'));
    expect(await claim('opensarlab-audit')).toBe(file('audit'));
    expect((await result()).stack.change).toBe('unchanged');
    await result('--pin-workflow-files', 'off');
    expect(await claim('opensarlab-plan')).toBeUndefined();
  });

  it('removes a stack that never came to be and makes it again', async () => {
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['none'] } };
    await new CloudFormationClient(settings).send(
      new CreateStackCommand({
        StackName: stackName,
        TemplateBody: JSON.stringify({ Resources: { Role } }),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    await vi.waitFor(async () => expect((await bootstrapStack())?.StackStatus).toBe('ROLLBACK_COMPLETE'));
    const { code, err } = await bootstrap();
    expect(code).toBe(0);
    expect(err).toContain(`Stack ${stackName} is in ROLLBACK_COMPLETE, because its creation failed`);
    expect((await bootstrapStack())?.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('lists for a person what GitHub needs, and changes nothing there', async () => {
    const { out } = await bootstrap();
    expect(out).toMatch(/\*\*\d+ of \d+ settings need somebody\.\*\*/);
    expect(out).toContain('`npx opensarlab doctor github` says what each missing one means.');
    expect(out).toContain('| 🔴 missing | environment deploy | jobs from branch main only |');
    expect(sandbox.github.environments(repository.fullName).size).toBe(0);
    vi.stubEnv('GITHUB_TOKEN', '');
    const blind = await bootstrap('--owner-id', '42', '--repository-id', '43');
    expect(blind.out).toContain('settings to do');
    expect(blind.out).toMatch(/🟡 to do \| environment deploy \| jobs from branch main only/);
  });
});

describe('opensarlab bootstrap --configure-github', () => {
  it('sets environments, branches, variables, the labels and the right to open pull requests; once', async () => {
    const options = ['--configure-github', '--variable', 'OPENSARLAB_POLL_SECONDS=2'];
    const { github: first } = await result(...options);
    expect(first.ready).toBe(true);
    expect(statesOf(first)).toMatchObject({
      'branch.gate': 'set',
      'environment.destroy.reviewers': 'set',
      'actions.pull_requests': 'set',
      'label.destroy': 'set',
      'label.new-deployment': 'set',
      'variable.OPENSARLAB_POLL_SECONDS': 'set',
    });
    const environments = sandbox.github.environments(repository.fullName);
    expect(
      Object.fromEntries([...environments].map(([name, { protection }]) => [name, protection.branchPolicy])),
    ).toEqual(
      Object.fromEntries(
        ['plan', 'deploy', 'destroy', 'audit'].map((name) => [name, { kind: 'selected', patterns: ['main'] }]),
      ),
    );
    expect(sandbox.github.variables(repository.fullName).get('OPENSARLAB_POLL_SECONDS')).toBe('2');
    const second = await result(...options);
    expect(Object.values(statesOf(second.github))).not.toContain('set');
    const third = await result('--configure-github', '--variable', 'OPENSARLAB_POLL_SECONDS=3');
    expect(third.github.settings.filter(({ state }) => state === 'set').map(({ setting }) => setting)).toEqual([
      'variable OPENSARLAB_POLL_SECONDS',
    ]);
  });

  it('keeps reviewers and waiting times, and loosens nothing', async () => {
    const environments = sandbox.github.environments(repository.fullName);
    const [deploy, destroy] = [unprotectedEnvironment(), unprotectedEnvironment()];
    deploy.protection = {
      ...deploy.protection,
      requiredReviewers: ['root'],
      waitTimerMinutes: 30,
      preventSelfReview: true,
    };
    destroy.protection.branchPolicy = { kind: 'selected', patterns: ['main', 'release/*'] };
    environments.set('deploy', deploy).set('destroy', destroy);
    const { code, out } = await bootstrap('--json', '--configure-github');
    expect(code).toBe(1);
    const { github } = JSON.parse(out) as BootstrapResult;
    expect(environments.get('deploy')?.protection).toEqual({
      requiredReviewers: ['root'],
      waitTimerMinutes: 30,
      preventSelfReview: true,
      branchPolicy: { kind: 'selected', patterns: ['main'] },
    });
    expect(settingOf(github, 'environment.destroy')).toMatchObject({
      state: 'missing',
      detail: 'It also lets release/* in: the roles trust jobs from branch main only.',
    });
  });

  it('needs a token that may administer the repository', async () => {
    vi.stubEnv('GITHUB_TOKEN', sandbox.github.createUser({ login: 'guest', id: 2, permission: 'write' }));
    const { code, out } = await bootstrap('--configure-github');
    expect(code).toBe(1);
    expect(out).toContain('🔴 refused: **environment plan**. GitHub refused to set up the environment plan');
    expect(await bootstrapStack()).toBeDefined();
    vi.stubEnv('GITHUB_TOKEN', '');
    expect((await bootstrap('--configure-github')).code).toBe(2);
  });
});

describe('opensarlab bootstrap for a repository that nothing could be deployed from', () => {
  it('refuses a default branch other than main before it does anything, with the way out', async () => {
    const options = { owner: 'sar-science', ownerId: 90_210, name: 'trunk', defaultBranch: 'trunk' };
    await sandbox.github.createRepository(options);
    for (const said of [
      [],
      ['--default-branch', 'trunk'],
      ['--owner-id', '1', '--repository-id', '2', '--default-branch', 'trunk'],
    ]) {
      const { code, err } = await bootstrap('--repository', 'trunk', ...said);
      expect(code).toBe(1);
      expect(err).toContain('The repository’s default branch is "trunk"; the workflows run on main only');
      expect(err).toContain('-f new_name=main');
    }
    const other = await bootstrap('--default-branch', 'trunk');
    expect(other.code).toBe(2);
    expect(other.err).toContain('--default-branch says trunk, and GitHub main.');
    expect(await bootstrapStack()).toBeUndefined();
  });

  it('refuses a private repository on Free, with the ways out', async () => {
    await sandbox.github.createRepository({ owner: 'poor', ownerId: 3, name: 'labs', private: true, tier: 'free' });
    const { code, err } = await bootstrap('--owner', 'poor', '--configure-github');
    expect(code).toBe(1);
    expect(err).toContain('poor/labs is private and its owner on GitHub Free');
    expect(err).toContain('Make the repository public, upgrade its owner to Pro or Team, or move the repository');
    expect(await bootstrapStack()).toBeUndefined();
    expect(sandbox.github.environments('poor/labs').size).toBe(0);
  });

  it('refuses another server than github.com', async () => {
    vi.stubEnv('GITHUB_API_URL', 'https://github.example.org/api/v3');
    const { code, err } = await bootstrap();
    expect(code).toBe(2);
    expect(err).toContain('The repository is on github.example.org, and the roles that bootstrap makes trust');
  });
});

describe('opensarlab bootstrap without options', () => {
  async function plain(origin: string | undefined, ...options: string[]): Promise<CommandRun> {
    const checkout = await exampleCheckout();
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-C', checkout.folder, ...args], { stdio: 'pipe' });
    git('init', '--quiet');
    if (origin !== undefined) git('remote', 'add', 'origin', origin);
    return await checkout.run('bootstrap', '--poll-seconds', '0.01', ...options);
  }

  it.each(['https://github.com/sar-science/labs.git', 'git@github.com:sar-science/labs'])(
    'takes the repository from the remote %s, region and account from the shell',
    async (origin) => {
      const { code, out, err } = await plain(origin);
      expect(code, err).toBe(0);
      expect(out).toContain('### sar-science/labs and AWS account `123456789012`');
      expect(out).toContain(`in ${region}: created.`);
    },
  );

  it('says in one sentence what is missing', async () => {
    const unnamed = await plain(undefined);
    expect(unnamed.code).toBe(2);
    expect(unnamed.err).toContain('Which repository on GitHub? This folder has no remote `origin` that says so.');
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_DEFAULT_REGION', '');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    const regionless = await plain('https://github.com/sar-science/labs.git');
    expect(regionless.code).toBe(2);
    expect(regionless.err).toContain('Say in which region the stack belongs');
  });
});

describe('opensarlab bootstrap without answers of GitHub', () => {
  it('takes the ids as they are given', async () => {
    vi.stubEnv('GITHUB_TOKEN', '');
    vi.stubEnv('GITHUB_API_URL', 'http://127.0.0.1:9');
    await result('--owner-id', '42', '--repository-id', '43');
    expect(await trustOf('opensarlab-plan')).toContain('"repo:sar-science@42/labs@43:environment:plan"');
  });

  it('says what a private repository needs', async () => {
    vi.stubEnv('GITHUB_TOKEN', '');
    const { code, err } = await bootstrap();
    expect(code).toBe(1);
    expect(err).toContain('GitHub does not show the repository sar-science/labs (status 404).');
    expect(err).toContain('--owner-id and --repository-id');
  });
});
