import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AwsError } from '@opensarlab/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import type { Repositories } from '../../actions/lib/ports/aws-ports.ts';
import { explainRefusal } from '../../actions/lib/verbs/mirror-preparation.ts';
import { type CommandScene, openCommandScene } from './command-scene.ts';
import { git } from './mirror-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

const main = (name: string): string => git(scene.stored(name), 'rev-parse', 'main');

const storedFolders = (): string[] => scene.sandbox.aws.repositories('us-west-2').map(({ folder }) => folder);

/** What the build inside the account knows. */
const installation = {
  USER_POOL_ID: 'us-west-2_abc',
  USER_POOL_CLIENT_ID: 'client1',
  SIGN_IN_DOMAIN: 'https://sar-cluster.auth.us-west-2.amazoncognito.com',
  DEPLOYMENT_URL: 'https://sar.example.org',
  HUB_IMAGE_TAG: '0123456',
};

/** What the installation inside the account makes of `main`: the values it gives to the chart. */
function installedValues(stored: string): { extraFiles: Record<string, unknown> } {
  const clone = mkdtempSync(join(tmpdir(), 'mirror-installed-'));
  try {
    git(clone, 'clone', '--quiet', '--branch', 'main', stored, '.');
    writeFileSync(join(clone, 'secret'), 'verysecret\n');
    const output = execFileSync(process.execPath, ['jupyterhub/install-values.mjs', 'secret'], {
      cwd: clone,
      env: installation,
      encoding: 'utf8',
    });
    return (JSON.parse(output) as { singleuser: { extraFiles: Record<string, unknown> } }).singleuser;
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

describe('opensarlab mirror', () => {
  it('previews without creating anything, creates, and then has nothing to do', async () => {
    const preview = await scene.run('mirror', 'sar', '--dry-run', '--json');
    expect(preview).toMatchObject({ code: 0 });
    expect(scene.sandbox.aws.repositories('us-west-2').map(({ name }) => name)).toEqual([]);
    const planned = JSON.parse(preview.out) as { repository: string; commit: string; change: string }[];

    const { code, out } = await scene.run('mirror', 'sar');
    expect(code).toBe(0);
    expect(out).toMatch(/^\| `sar-container` \| created \| `v2\.0` `[0-9a-f]{7}` \| `[0-9a-f]{7}` \| \+\d+ ~1 \|$/m);
    for (const { repository, commit, change } of planned) {
      expect(change).toBe('created');
      expect(main(repository)).toBe(commit);
    }
    const { tags, description } = scene.sandbox.aws.repository('us-west-2', 'sar-cluster');
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
    const { extraFiles } = installedValues(scene.stored('sar-cluster'));
    expect(extraFiles).toMatchObject({
      'hooks-welcome-sh': {
        mountPath: '/etc/singleuser/hooks/welcome.sh',
        mode: 0o755,
        stringData: expect.stringContaining('echo hello'),
      },
      'custom-magics-01-hello-py': { mountPath: '/etc/ipython/startup/01-hello.py', stringData: 'print("hello")\n' },
    });
  });

  it('leaves out tests and leftovers of editors, and what a list of ours ignores', async () => {
    scene.write('cluster/services/x.test.ts', 'x');
    scene.write('cluster/jupyterhub/values.yaml.orig', 'x');
    scene.write('deployments/sar/cluster/notes/private.md', 'x');
    scene.write('deployments/sar/cluster/notes.md', 'x');
    scene.write('deployments/sar/cluster/.overlay.yaml', 'ignore: [notes]\n');
    expect(await scene.run('mirror', 'sar')).toMatchObject({ code: 0 });
    const files = git(scene.stored('sar-cluster'), 'ls-tree', '-r', '--name-only', 'main').split('\n');
    expect(files).toContain('notes.md');
    expect(files.filter((path) => /test\.ts$|\.orig$|private|overlay\.yaml$/.test(path))).toEqual([]);
  });

  it('refuses a hook that cannot run and writes neither repository', async () => {
    scene.write('cluster/jupyterhub/singleuser/hooks/broken.sh', '#!/usr/bin/env bash\nif true; then\n', 0o644);
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(/error: .*broken\.sh is not executable; .*broken\.sh:3: syntax error: unexpected end of file/);
    expect(storedFolders()).toEqual([]);
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
    expect(err).toMatch(/^error: deployments\/sar\/container is a link/);
  });

  it('cut short after one repository was created: neither is written, and the next run writes both', async () => {
    const operation = 'CreateRepository';
    const error = new AwsError('EncryptionKeyUnavailableException', 'The key is not available.');
    scene.sandbox.aws.faults.inject({ service: 'codecommit', operation, times: 1, fault: { kind: 'error', error } });
    expect(await scene.run('mirror', 'sar')).toMatchObject({ code: 1, err: expect.stringContaining('The key is not') });
    for (const folder of storedFolders()) expect(git(folder, 'for-each-ref')).toBe('');
    expect((await scene.run('mirror', 'sar')).out.match(/\| created \|/g)).toHaveLength(2);
  });

  it('cut short between the two repositories: the next run brings the other one along', async () => {
    await scene.run('mirror', 'sar');
    const [container, cluster] = [main('sar-container'), main('sar-cluster')];
    scene.write('deployments/sar/container/new.txt', '1\n');
    scene.write('deployments/sar/cluster/new.txt', '1\n');
    const hook = join(scene.stored('sar-cluster'), 'hooks', 'update');
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: sar-cluster took no new main: hook declined$/m);
    expect(main('sar-container')).not.toBe(container);
    expect(main('sar-cluster')).toBe(cluster);
    rmSync(hook);
    const { out } = await scene.run('mirror', 'sar');
    expect(out).toMatch(/`sar-container` \| unchanged /);
    expect(out).toMatch(/`sar-cluster` \| updated /);
    expect(git(scene.stored('sar-cluster'), 'show', 'main:new.txt')).toBe('1');
  });

  it('shows every file of the overlay before anything is written, and then writes just that', async () => {
    await scene.run('mirror', 'sar');
    scene.write(
      'deployments/sar/cluster/.overlay.yaml',
      'delete: [pipeline]\nrename: [{ from: README.md, to: UPSTREAM.md }]\n',
    );
    const before = git(scene.stored('sar-cluster'), 'for-each-ref');
    const { out, code } = await scene.run('mirror', 'sar', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/^sar-container is up to date\n {2}upstream {2}v2\.0 of http/);
    expect(out).toMatch(/^sar-cluster would be updated$/m);
    for (const line of ['    + UPSTREAM.md', '    - README.md', '    - pipeline/cf.yaml']) expect(out).toContain(line);
    expect(out).toMatch(/Nothing was written\.$/);
    expect(git(scene.stored('sar-cluster'), 'for-each-ref')).toBe(before);
    await scene.run('mirror', 'sar');
    expect(out).toContain(`  main      ${main('sar-cluster')}`);
  });

  it('says so when the credentials have expired', async () => {
    const error = new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    const fault = { kind: 'error', error } as const;
    scene.sandbox.aws.faults.inject({ service: 'codecommit', operation: 'GetRepository', times: 2, fault });
    const { code, err } = await scene.run('mirror', 'sar');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: AWS could not get repository sar-\w+: the credentials have expired\. AWS says: The security token .* expired/,
    );
  });

  it.each([
    [['mirror', 'sar', '--adopt', '--discard'], '--adopt goes alone'],
    [['mirror'], 'An argument is missing'],
  ])('called as %j it says how to', async (argv, message) => {
    expect(await scene.run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
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
