import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ecrService } from '../aws/services/ecr/ecr-service.ts';
import { registryUrl } from '../aws/services/ecr/registry.ts';
import { openServiceFixture } from '../aws/services/service-fixture.ts';
import { docker } from './docker.ts';
import { runInTest, type ToolResult } from './tool-fixture.ts';

const HOST = '123456789012.dkr.ecr.us-west-2.amazonaws.com';
const IMAGE = `${HOST}/sar-container/sar`;

let fixture: ReturnType<typeof openServiceFixture>;
let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  fixture = openServiceFixture();
  folder = await mkdtemp(join(tmpdir(), 'docker-'));
  env = {
    HOME: join(folder, 'home'),
    AWS_REGION: 'us-west-2',
    SANDBOX_REGISTRY_URL: await registryUrl(fixture.world, 'us-west-2'),
  };
  await fixture.call(ecrService, 'CreateRepository', { repositoryName: 'sar-container/sar' });
});
afterEach(async () => {
  fixture.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]): Promise<ToolResult> => runInTest(docker, args, { env, folder });

async function files(contents: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function login(): Promise<ToolResult> {
  const answer = await fixture.call(ecrService, 'GetAuthorizationToken');
  const [data] = answer['authorizationData'] as { authorizationToken: string }[];
  const password = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString()
    .replace('AWS:', '');
  return runInTest(docker, ['login', '--username', 'AWS', '--password-stdin', HOST], { env, stdin: `${password}\n` });
}

const DOCKERFILE = `# syntax=docker/dockerfile:1
ARG BASE=quay.io/jupyter/base-notebook
FROM \${BASE}:2026-10 AS release
COPY --chown=jovyan envs/ \\
     jupyter.config /etc/
RUN <<EOF
COPY is no instruction here
EOF
FROM release AS testing
COPY tests/sar.sh /tests/
`;

describe('docker build', () => {
  beforeEach(() => files({ 'image/Dockerfile': DOCKERFILE, 'image/envs/a.yml': 'a', 'image/jupyter.config': 'j' }));

  it('builds a stage whose files are there, without those of other stages', async () => {
    expect(await run('build', '--target', 'release', '--tag', 'sar:1', 'image')).toMatchObject({ status: 0 });
    expect(await run('build', '--target', 'testing', 'image')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref: ' +
        '"/tests/sar.sh": not found\n',
    });
  });

  it.each([
    [['--target', 'test', 'image'], 'target stage "test" could not be found'],
    [['--file', 'image/Containerfile', 'image'], 'open Containerfile: no such file or directory'],
    [['nowhere'], 'path "nowhere" not found'],
    [['--squash', 'image'], 'unknown flag: --squash'],
    [
      ['--build-arg', 'BASE=', '--build-arg', 'NOBODY=1', '--target', 'release', 'image'],
      '["NOBODY"] were not consumed',
    ],
  ])('%j says what is wrong', async (args, message) => {
    expect((await run('build', ...args)).stderr).toContain(message);
  });

  it('gives equal inputs equal digests, and others others', async () => {
    const build = async (...args: string[]): Promise<string> =>
      (await run('build', '--quiet', '--target', 'release', ...args, 'image')).stdout;
    const first = await build();
    expect(first).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect(await build()).toBe(first);
    expect(await build('--build-arg', 'BASE=other')).not.toBe(first);
    await files({ 'image/envs/a.yml': 'changed' });
    expect(await build()).not.toBe(first);
  });

  it('knows its instructions', async () => {
    await files({ 'image/Dockerfile': 'FROM scratch\nINSTALL python\n' });
    expect((await run('build', 'image')).stderr).toContain('parse error on line 2: unknown instruction: INSTALL');
  });

  it('needs base images that are in ECR', async () => {
    await files({ 'image/Dockerfile': `FROM ${IMAGE}:missing\n` });
    await login();
    expect((await run('build', 'image')).stderr).toContain('manifest unknown: Requested image not found');
  });
});

describe('docker push', () => {
  beforeEach(async () => {
    await files({ 'image/Dockerfile': 'FROM scratch\nCOPY a /\n', 'image/a': 'a' });
    await run('build', '-t', `${IMAGE}:abc1234`, 'image');
    await run('tag', `${IMAGE}:abc1234`, `${IMAGE}:latest`);
  });

  it('needs a login', async () => {
    expect(await run('push', `${IMAGE}:latest`)).toMatchObject({ status: 1, stderr: 'no basic auth credentials\n' });
  });

  it('registers one image with all its tags under the digest it prints', async () => {
    expect(await login()).toMatchObject({ status: 0, stdout: 'Login Succeeded\n' });
    const pushed = await run('push', '--all-tags', IMAGE);
    const digest = /^latest: digest: (sha256:[0-9a-f]{64}) size: \d+$/m.exec(pushed.stdout)?.[1];
    expect(await fixture.call(ecrService, 'DescribeImages', { repositoryName: 'sar-container/sar' })).toMatchObject({
      imageDetails: [{ imageDigest: digest, imageTags: ['abc1234', 'latest'] }],
    });
    expect((await run('inspect', '--format', '{{index .RepoDigests 0}}', `${IMAGE}:latest`)).stdout).toBe(
      `${IMAGE}@${digest}\n`,
    );
    expect(await run('pull', `${IMAGE}:latest`)).toMatchObject({ status: 0 });
  });

  it('fails for a repository that does not exist, as ECR makes none', async () => {
    await login();
    await run('tag', `${IMAGE}:latest`, `${HOST}/sar-container/other:latest`);
    expect(await run('push', `${HOST}/sar-container/other:latest`)).toMatchObject({
      status: 1,
      stderr:
        "name unknown: The repository with name 'sar-container/other' does not exist in the registry with id '123456789012'\n",
    });
  });

  it('fails for what was never built, and for registries outside', async () => {
    expect((await run('push', `${IMAGE}:none`)).stderr).toContain('does not exist locally');
    await run('tag', `${IMAGE}:latest`, 'quay.io/x:1');
    expect((await run('push', 'quay.io/x:1')).stderr).toContain('no registry but ECR');
  });

  it('imagetools looks at an image in the registry, and gives it more tags under the same digest', async () => {
    await login();
    const digest = /digest: (\S+)/.exec((await run('push', `${IMAGE}:latest`)).stdout)?.[1];
    expect((await run('buildx', 'imagetools', 'inspect', `${IMAGE}:latest`)).stdout).toContain(`Digest:    ${digest}`);
    const tags = ['--tag', `${IMAGE}:one`, '-t', `${IMAGE}:two`];
    const create = ['buildx', 'imagetools', 'create', ...tags];
    expect((await run(...create, `${IMAGE}:latest`)).stderr).toContain('makes no index');
    expect(await run(...create, '--prefer-index=false', `${IMAGE}:latest`)).toMatchObject({ status: 0 });
    expect(await fixture.call(ecrService, 'DescribeImages', { repositoryName: 'sar-container/sar' })).toMatchObject({
      imageDetails: [{ imageDigest: digest, imageTags: ['latest', 'one', 'two'] }],
    });
    const missing = await run('buildx', 'imagetools', 'inspect', `${IMAGE}:none`);
    expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('manifest unknown') });
  });

  it('build --push does both', async () => {
    await login();
    expect(await run('buildx', 'build', '--push', '--tag', `${IMAGE}:direct`, 'image')).toMatchObject({ status: 0 });
    const listed = await fixture.call(ecrService, 'ListImages', { repositoryName: 'sar-container/sar' });
    expect(listed['imageIds']).toMatchObject([{ imageTag: 'direct' }]);
  });
});

it('a wrong password is refused, and Docker Hub is not pretended', async () => {
  const wrong = { env, stdin: 'wrong' };
  expect(await runInTest(docker, ['login', '-u', 'AWS', '--password-stdin', HOST], wrong)).toMatchObject({ status: 1 });
  const hub = await runInTest(docker, ['login', '-u', 'user', '--password-stdin'], wrong);
  expect(hub.stderr).toContain('no Docker Hub');
});

it('an unknown command is refused by name', async () => {
  expect(await run('run', 'image')).toMatchObject({ status: 125, stderr: expect.stringContaining('"run image"') });
});
