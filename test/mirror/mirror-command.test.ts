import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import type { Repositories } from '../../actions/lib/ports/repositories.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { type MirrorInputs, mirrorInJob } from '../../actions/lib/verbs/mirror-in-job.ts';
import { explainRefusal } from '../../actions/lib/verbs/mirror-preparation.ts';
import { shellSurroundings } from '../../scripts/cli/shell-surroundings.ts';
import { AwsError } from '../../scripts/sandbox/aws/service.ts';
import { codecommitState } from '../../scripts/sandbox/aws/services/codecommit/codecommit-state.ts';
import { type CommandScene, openCommandScene } from './command-scene.ts';
import { git } from './mirror-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

const main = (name: string): string => git(scene.stored(name), 'rev-parse', 'main');

describe('opensarlab mirror', () => {
  it('previews without creating anything, creates, and then has nothing to do', async () => {
    const preview = await scene.run('mirror', 'sar', '--dry-run', '--json');
    expect(preview).toMatchObject({ code: 0 });
    expect([...scene.sandbox.aws.world.state(codecommitState, 'us-west-2').keys()]).toEqual([]);
    const planned = JSON.parse(preview.out) as { repository: string; commit: string; change: string }[];

    const { code, out } = await scene.run('mirror', 'sar');
    expect(code).toBe(0);
    expect(out).toMatch(/^\| `sar-container` \| created \| `v2\.0` `[0-9a-f]{7}` \| `[0-9a-f]{7}` \| \+\d+ ~1 \|$/m);
    for (const { repository, commit, change } of planned) {
      expect(change).toBe('created');
      expect(main(repository)).toBe(commit);
    }
    const { tags, description } = scene.sandbox.aws.world.state(codecommitState, 'us-west-2').get('sar-cluster') ?? {};
    expect(tags).toEqual({ 'osl-billing': 'sar', 'opensarlab:deployment': 'sar' });
    expect(description).toContain('for the OpenSARlab sar');
    expect(git(scene.stored('sar-cluster'), 'ls-tree', '--name-only', 'main:opensarlab').split('\n')).toContain(
      'values.yaml',
    );

    expect((await scene.run('mirror', 'sar')).out.match(/\| unchanged \|/g)).toHaveLength(2);
  });

  it('takes a new hook and a new magic from one file each, and says when no profile uses the hook', async () => {
    scene.write('cluster/jupyterhub/singleuser/hooks/welcome.sh', '#!/usr/bin/env bash\necho hello\n', 0o755);
    scene.write('deployments/sar/cluster/jupyterhub/singleuser/custom_magics/01-hello.py', 'print("hello")\n');
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(0);
    expect(err).toContain('welcome.sh is not the hook_script of any profile.');
    const tree = git(scene.stored('sar-cluster'), 'ls-tree', '-r', 'main', 'jupyterhub/singleuser');
    expect(tree).toMatch(/^100755 .*hooks\/welcome\.sh$/m);
    expect(tree).toMatch(/custom_magics\/01-hello\.py$/m);
  });

  it('refuses a hook that cannot run and writes neither repository', async () => {
    scene.write('cluster/jupyterhub/singleuser/hooks/broken.sh', '#!/usr/bin/env bash\nif true; then\n', 0o644);
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(/error: .*broken\.sh is not executable; .*broken\.sh:3: syntax error: unexpected end of file/);
    for (const name of ['sar-container', 'sar-cluster']) expect(git(scene.stored(name), 'for-each-ref')).toBe('');
  });

  it('deletes an unused image of upstream’s and ours, and leaves out what Git ignores', async () => {
    scene.write('deployments/sar/container/.overlay.yaml', 'delete: [images/sar]\n');
    scene.write('deployments/sar/container/images/mine/Dockerfile', 'FROM scratch\n');
    scene.write('.gitignore', '__pycache__/\n');
    scene.write('cluster/jupyterhub/__pycache__/x.pyc', 'x');
    expect(await scene.run('mirror', 'sar')).toMatchObject({ code: 0 });
    const images = git(scene.stored('sar-container'), 'ls-tree', '--name-only', 'main:images').split('\n');
    expect(images).toContain('mine');
    expect(images).not.toContain('sar');
    expect(git(scene.stored('sar-cluster'), 'ls-tree', '-r', '--name-only', 'main')).not.toContain('__pycache__');
  });

  it('refuses a folder that is a link: what it leads to is not part of the repository', async () => {
    symlinkSync('/etc', join(scene.checkout, 'deployments/sar/container'));
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: container, or a folder above it, is a link/);
  });

  it('says what happened in CodeCommit, adopts it as a pull request, and goes on once that is merged', async () => {
    await scene.run('mirror', 'sar');
    const head = scene.pushByHand('sar-container', {
      files: { 'images/helloworld/motd.txt': 'hello\n', 'images/images.txt': 'mine\n' },
      remove: ['pipeline/cf.yaml'],
    });
    const stopped = await scene.run('mirror', 'sar');
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain('error: Somebody committed to main of sar-container in CodeCommit:');
    expect(stopped.err).toContain('opensarlab mirror sar --adopt');
    expect(stopped.out).toContain('+hello');

    const adopted = await scene.run('mirror', 'sar', '--adopt');
    expect(adopted).toMatchObject({ code: 0, out: expect.stringMatching(/\/octo-org\/labs\/pull\/1$/) });
    expect((await scene.run('mirror', 'sar', '--adopt')).out).toBe(adopted.out);
    expect(main('sar-container')).toBe(head);
    const branch = git(scene.repository.gitFolder, 'branch', '--list', 'adopt/*').trim();
    const changed = git(scene.repository.gitFolder, 'diff', '--name-status', 'main', branch).split('\n');
    expect(changed).toEqual([
      'A\tdeployments/sar/container/.overlay.yaml',
      'A\tdeployments/sar/container/images/helloworld/motd.txt',
    ]);
    expect(git(scene.repository.gitFolder, 'log', '-1', '--format=%an <%ae> %s', branch)).toBe(
      'Ada <ada@example.org> Adopt what was changed in CodeCommit for sar',
    );
    const body = await pullRequestBody(scene);
    expect(body).toContain('`sar-container: images/images.txt`: it is rendered from opensarlab.yaml: change that');

    // What is rendered cannot be adopted: it goes once somebody says so.
    git(scene.checkout, 'pull', '--quiet', 'origin', branch);
    expect(await scene.run('mirror', 'sar')).toMatchObject({ code: 1 });
    const discarded = await scene.run('mirror', 'sar', '--discard');
    expect(discarded).toMatchObject({ code: 0, err: expect.stringContaining('is kept as discarded/') });
    expect(git(scene.stored('sar-container'), 'show', 'main:images/helloworld/motd.txt')).toBe('hello');
    expect(git(scene.stored('sar-container'), 'ls-tree', '-r', '--name-only', 'main')).not.toContain(
      'pipeline/cf.yaml',
    );
  });

  it('says so when the credentials have expired', async () => {
    const error = new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    const fault = { kind: 'error', error } as const;
    scene.sandbox.aws.faults.inject({ service: 'codecommit', operation: 'GetRepository', times: 2, fault });
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: AWS could not get repository sar-\w+: The security token .* expired/);
  });

  it.each([
    [['mirror', 'sar', '--adopt', '--discard'], '--adopt goes alone'],
    [['mirror'], 'An argument is missing'],
  ])('called as %j it says how to', async (argv, message) => {
    expect(await scene.run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});

describe('the action', () => {
  const inputs = (divergence: string): MirrorInputs => ({
    ...{ cache: '', divergence, token: process.env['GITHUB_TOKEN'] ?? '' },
    ...{ repository: scene.repository.fullName, apiUrl: scene.sandbox.github.apiUrl },
  });

  async function mirrorAsJob(divergence: string): Promise<{ result: unknown; summaries: string[] }> {
    const summaries: string[] = [];
    const args = { positionals: [], text: () => scene.checkout, texts: () => [], flag: () => false };
    const surroundings = await shellSurroundings(args, { out: () => undefined, err: () => undefined });
    surroundings.reporter.summary = (markdown) => void summaries.push(markdown);
    const deployment = await findDeployment(surroundings, 'sar');
    const connection = await surroundings.connect(deployment, 'deploy');
    const run = mirrorInJob(surroundings, deployment, connection, inputs(divergence));
    return { result: await run.catch((error: unknown) => error), summaries };
  }

  it('with `adopt` fails with the pull request, and has the details in the summary', async () => {
    expect((await mirrorAsJob('')).result).toMatchObject([{ change: 'created' }, { change: 'created' }]);
    scene.pushByHand('sar-cluster', { files: { 'hotfix.txt': 'x\n' } });
    const { result, summaries } = await mirrorAsJob('adopt');
    expect(result).toMatchObject({
      code: 'DivergenceProposed',
      message: expect.stringMatching(/\/pull\/\d+ proposes to/),
    });
    expect(summaries.join()).toContain('`main` of `sar-cluster` is not as the last mirror left it');
  });

  it('refuses an input that means nothing', async () => {
    expect((await mirrorAsJob('maybe')).result).toMatchObject({ code: 'InputInvalid' });
  });
});

describe('explainRefusal', () => {
  const refusal = new Failure({
    code: 'RepositoryRefused',
    source: 'git',
    message: 'sar-cluster could not be read: 403',
  });
  const expired = new Failure({ code: 'CredentialsLost', source: 'aws', message: 'The token is expired.' });
  const repositories = (find: Repositories['find']): Repositories => ({
    find,
    create: () => Promise.reject(expired),
    branchHead: async () => undefined,
    delete: async () => undefined,
    list: async () => [],
  });

  it('asks the API, which says more than Git’s 403', async () => {
    expect(
      await explainRefusal(
        refusal,
        repositories(() => Promise.reject(expired)),
        'sar-cluster',
      ),
    ).toBe(expired);
  });

  it('keeps Git’s answer when the API has nothing against the credentials', async () => {
    expect(
      await explainRefusal(
        refusal,
        repositories(async () => undefined),
        'sar-cluster',
      ),
    ).toBe(refusal);
  });
});

async function pullRequestBody({ sandbox, repository }: CommandScene): Promise<string> {
  const token = process.env['GITHUB_TOKEN'] ?? '';
  const response = await fetch(`${sandbox.github.apiUrl}/repos/${repository.fullName}/pulls/1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { body } = (await response.json()) as { body: string };
  return body;
}
