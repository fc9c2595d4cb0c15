import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BootstrapResult } from '../actions/lib/bootstrap/bootstrap-result.ts';
import { exampleCheckout } from '../scripts/cli/test/example-checkout.ts';
import type { CommandRun } from '../scripts/cli/test/temporary-checkout.ts';
import type { RepositoryHandle } from '../scripts/sandbox/github/github-sandbox.ts';
import { unprotectedEnvironment } from '../scripts/sandbox/github/model/environment.ts';
import { type Sandbox, startSandbox } from '../scripts/sandbox/start-sandbox.ts';

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

  it('says that the names are taken when the stack is in another region', async () => {
    expect((await result('--region', 'us-east-1')).stack.change).toBe('created');
    const { code, err } = await bootstrap();
    expect(code).toBe(1);
    expect(err).toMatch(/already exists/i);
    expect(err).toContain('The stack belongs into one region only.');
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
    expect(out).toContain('7 settings to do');
    expect(out).toMatch(/🟡 to do \| environment deploy \| jobs from branch main only/);
    expect(sandbox.github.environments(repository.fullName).size).toBe(0);
  });
});

describe('opensarlab bootstrap --configure-github', () => {
  it('sets environments, branches, variables, the labels and the right to open pull requests; once', async () => {
    const options = ['--configure-github', '--variable', 'OPENSARLAB_POLL_SECONDS=2'];
    const first = await result(...options);
    expect(new Set(first.settings.map(({ state }) => state))).toEqual(new Set(['set']));
    expect(first.settings.map(({ setting }) => setting)).toEqual(
      expect.arrayContaining(['label destroy', 'label new-deployment']),
    );
    const environments = sandbox.github.environments(repository.fullName);
    expect([...environments].map(([name, { protection }]) => [name, protection.branchPolicy])).toEqual([
      ['plan', { kind: 'selected', patterns: ['main'] }],
      ['deploy', { kind: 'selected', patterns: ['main'] }],
      ['destroy', { kind: 'selected', patterns: ['main'] }],
      ['audit', { kind: 'selected', patterns: ['main'] }],
    ]);
    expect(sandbox.github.variables(repository.fullName).get('OPENSARLAB_POLL_SECONDS')).toBe('2');
    const second = await result(...options);
    expect(new Set(second.settings.map(({ state }) => state))).toEqual(new Set(['right']));
    const third = await result('--configure-github', '--variable', 'OPENSARLAB_POLL_SECONDS=3');
    expect(third.settings.filter(({ state }) => state === 'set').map(({ setting }) => setting)).toEqual([
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
    const { settings: found } = await result('--configure-github');
    expect(environments.get('deploy')?.protection).toEqual({
      requiredReviewers: ['root'],
      waitTimerMinutes: 30,
      preventSelfReview: true,
      branchPolicy: { kind: 'selected', patterns: ['main'] },
    });
    expect(found.find(({ setting }) => setting === 'environment destroy')).toMatchObject({
      state: 'differs',
      detail: 'It also lets release/* in: the roles trust jobs from branch main only.',
    });
  });

  it('needs a token that may administer the repository', async () => {
    vi.stubEnv('GITHUB_TOKEN', sandbox.github.createUser({ login: 'guest', id: 2, permission: 'write' }));
    const { code, err } = await bootstrap('--configure-github');
    expect(code).toBe(1);
    expect(err).toContain('GitHub refused to set up the environment plan');
    vi.stubEnv('GITHUB_TOKEN', '');
    expect((await bootstrap('--configure-github')).code).toBe(2);
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
