import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlayground, type Playground } from './stub-commands.ts';

const sources = fileURLToPath(new URL('../../images', import.meta.url));

const environment = {
  REGISTRY: 'registry.example',
  NAMESPACE: 'sar-container',
  CODEBUILD_RESOLVED_SOURCE_VERSION: '0123456789abcdef0123456789abcdef01234567',
};

/** A registry that has nothing, and does not answer for anything else. */
const emptyRegistry = `if (args[1] === 'imagetools') process.exit(1);`;

let playground: Playground;

beforeEach(() => {
  playground = createPlayground();
  cpSync(sources, join(playground.folder, 'images'), { recursive: true });
  playground.command('docker', emptyRegistry);
  playground.command('aws', 'process.exit(254);');
});

afterEach(() => playground.remove());

const build = (args: string[] = [], env: Record<string, string> = environment) =>
  playground.run('bash', ['images/build.sh', ...args], env);

const calls = (): string[] =>
  playground.calls().map((call) => call.replaceAll(/content-[0-9a-f]{32}\b/g, 'content-DIGEST'));

const image = 'registry.example/sar-container/helloworld';
const cache = `--cache-from type=registry,ref=${image}:latest`;
const tags = `--tag ${image}:0123456 --tag ${image}:latest --tag ${image}:content-DIGEST`;

/** An image of its own, with the given first line. */
function addImage(name: string, from: string): void {
  playground.write(`images/${name}/tests/${name}.sh`, 'true\n');
  playground.write(
    `images/${name}/Dockerfile`,
    `${from} AS release\nFROM release AS testing\nCOPY tests/ /tests/\nRUN bash /tests/${name}.sh\n`,
  );
}

test('tests and builds the listed images, then pushes them under commit, latest and content', async () => {
  playground.write('images/images.txt', 'helloworld\n');
  expect(await build()).toMatchObject({ code: 0, stderr: '' });
  expect(calls()).toEqual([
    `docker buildx imagetools inspect ${image}:content-DIGEST`,
    `docker build --target testing ${cache} --tag ${image}:testing helloworld`,
    `docker build --target release ${cache} --cache-to type=inline ${tags} helloworld`,
    `docker push ${image}:0123456`,
    `docker push ${image}:latest`,
    `docker push ${image}:content-DIGEST`,
  ]);
});

test.each(['testing', 'release'])('pushes nothing when the stage %s of one image fails', async (stage) => {
  playground.command(
    'docker',
    `${emptyRegistry} if (args.includes(${JSON.stringify(stage)}) && args.at(-1) === 'sar') process.exit(1);`,
  );
  expect((await build()).code).not.toBe(0);
  expect(calls().filter((call) => /^docker (push|buildx imagetools create)/.test(call))).toEqual([]);
});

test('without a registry it only builds and tests', async () => {
  expect((await build(['helloworld'], {})).code).toBe(0);
  expect(calls()).toEqual([
    'docker build --target testing --tag helloworld:testing helloworld',
    'docker build --target release --cache-to type=inline --tag helloworld:local --tag helloworld:latest --tag helloworld:content-DIGEST helloworld',
  ]);
});

test('every folder with a Dockerfile is an image', async () => {
  addImage('insar2', 'FROM quay.io/jupyter/base-notebook:1');
  expect((await build([], {})).code).toBe(0);
  const built = calls().filter((call) => call.includes('--target release'));
  expect(built.map((call) => call.split(' ').at(-1))).toEqual(['helloworld', 'insar2', 'sar']);
});

describe('an image whose folder has not changed', () => {
  beforeEach(() => playground.command('docker'));

  test('is not built again and gets the tags, once the tests of the others have passed', async () => {
    playground.command(
      'docker',
      `if (args[2] === 'inspect' && args[3].includes('/sar:')) process.exit(1);
       if (args.includes('testing')) process.exit(1);`,
    );
    expect((await build()).code).not.toBe(0);
    expect(calls().filter((call) => call.includes('imagetools create'))).toEqual([]);
    playground.command('docker');
    expect((await build(['helloworld'])).code).toBe(0);
    expect(calls().slice(-2)).toEqual([
      `docker buildx imagetools inspect ${image}:content-DIGEST`,
      `docker buildx imagetools create --prefer-index=false --tag ${image}:0123456 --tag ${image}:latest ${image}:content-DIGEST`,
    ]);
  });

  test('is built again with REBUILD=true, without the cache', async () => {
    expect((await build(['helloworld'], { ...environment, REBUILD: 'true' })).code).toBe(0);
    expect(calls()[0]).toBe(`docker build --target testing --tag ${image}:testing helloworld`);
    expect(calls().join()).not.toContain('cache-from');
  });

  test('is known by paths, contents and modes of its files, not by the files of others', async () => {
    const tag = async (): Promise<string> => {
      await build(['helloworld']);
      return /content-[0-9a-f]{32}/.exec(playground.calls().at(-1) ?? '')?.[0] ?? '';
    };
    const first = await tag();
    expect(first).toMatch(/^content-[0-9a-f]{32}$/);
    playground.write('images/sar/new', 'x');
    expect(await tag()).toBe(first);
    playground.write('images/helloworld/new', 'x');
    const second = await tag();
    expect(second).not.toBe(first);
    await playground.run('chmod', ['+x', 'images/helloworld/new']);
    expect(await tag()).not.toBe(second);
  });
});

describe('Docker Hub', () => {
  const secret = 'reader pass word%s$HOME';
  const storeSecret = (text: string): void =>
    playground.command('aws', `process.stdout.write(${JSON.stringify(`${text}\n`)});`);
  beforeEach(() => {
    playground.command(
      'docker',
      `${emptyRegistry} if (args[0] === 'login') process.stdout.write('STDIN<' + require('node:fs').readFileSync(0, 'utf8') + '>');`,
    );
    storeSecret(secret);
  });

  test.each([
    'FROM ubuntu:24.04',
    'from --platform=linux/amd64 library/ubuntu',
    'FROM docker.io/library/ubuntu:24.04',
    'ARG BASE=jupyter/base-notebook\nFROM $BASE:latest',
    'FROM quay.io/a/b:1 AS first\nCOPY --from=busybox:1 /bin/true /bin/true\nFROM first',
    '# syntax=docker/dockerfile:1\nFROM quay.io/a/b:1',
  ])('is logged in to for %j, with the password on standard input alone', async (from) => {
    addImage('hubbed', from);
    const { code, stdout, stderr } = await build(['hubbed']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('STDIN<pass word%s$HOME>');
    expect(calls()).toContain('docker login --username reader --password-stdin');
    expect(calls()).toContain(
      'aws secretsmanager get-secret-value --secret-id dockerhub/creds --query SecretString --output text',
    );
    expect(playground.calls().join('\n')).not.toContain('pass word');
  });

  test.each([
    'FROM quay.io/jupyter/base-notebook:2026-07-28',
    'FROM public.ecr.aws/docker/library/node:24',
    'FROM localhost:5000/ubuntu',
    'FROM scratch',
    'FROM quay.io/a/b AS base\nFROM base AS more\nCOPY --from=0 /a /a\nFROM more',
  ])('is left alone for %j, and so is its secret', async (from) => {
    addImage('other', from);
    expect((await build(['other'])).code).toBe(0);
    expect(calls().filter((call) => /^aws|^docker login/.test(call))).toEqual([]);
  });

  test('is left alone for the images of this repository', async () => {
    expect((await build()).code).toBe(0);
    expect(calls().filter((call) => /^aws|^docker login/.test(call))).toEqual([]);
  });

  test.each([
    ['is missing', () => playground.command('aws', 'process.exit(254);'), 'the secret dockerhub/creds cannot be read'],
    ['is one word', () => storeSecret('token'), 'is not a user name, a space and an access token'],
    [
      'is refused',
      () => playground.command('docker', `${emptyRegistry} process.exit(args[0] === 'login' ? 1 : 0);`),
      '',
    ],
  ])('whose secret %s stops the build before anything is built', async (_, prepare, message) => {
    prepare();
    addImage('hubbed', 'FROM ubuntu:24.04');
    const { code, stderr, stdout } = await build(['hubbed']);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect(calls().filter((call) => call.startsWith('docker build --'))).toEqual([]);
    expect(stderr + stdout).not.toContain('pass word');
  });
});

test.each([
  ['../etc', "An image's name has lower-case letters and digits only, not: ../etc"],
  ['In-SAR', "An image's name has lower-case letters and digits only, not: In-SAR"],
  ['missing', 'There is no images/missing/Dockerfile.'],
  ['staged', 'images/staged/Dockerfile lacks the stage testing.'],
  ['untested', 'There is no images/untested/tests/untested.sh, which tests the image.'],
  ['unchecked', 'The stage testing of images/unchecked/Dockerfile does not run tests/unchecked.sh.'],
])('refuses %s before building anything', async (name, message) => {
  playground.write('images/staged/Dockerfile', 'FROM scratch AS release\n');
  playground.write('images/untested/Dockerfile', 'FROM scratch AS release\nFROM release AS testing\n');
  playground.write('images/unchecked/Dockerfile', 'FROM scratch AS release\nFROM release as  testing \n');
  playground.write('images/unchecked/tests/unchecked.sh', 'true\n');
  const { code, stderr } = await build(['helloworld', name]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(message);
  expect(playground.calls()).toEqual([]);
});

test('the images start from the same dated base, and what they share is the same', () => {
  const text = (path: string): string => readFileSync(join(sources, path), 'utf8');
  const pinned = /base-notebook:(\S+)/.exec(readFileSync(join(sources, '../cluster/versions.yaml'), 'utf8'))?.[1];
  expect(pinned).toMatch(/^\d{4}-\d\d-\d\d$/);
  for (const name of ['helloworld', 'sar']) {
    expect(text(`${name}/Dockerfile`), name).toMatch(
      new RegExp(`^FROM quay\\.io/jupyter/[a-z-]+:${pinned} AS release$`, 'm'),
    );
  }
  for (const file of ['elevation', 'tests/start_lab.py', 'tests/run_kernel.py']) {
    expect(text(`sar/${file}`), file).toBe(text(`helloworld/${file}`));
  }
});

test('every environment of the image sar names its folder, its channel and a kernel', () => {
  const environments = readdirSync(join(sources, 'sar/envs'));
  expect(environments.length).toBeGreaterThan(0);
  for (const file of environments) {
    const text = readFileSync(join(sources, 'sar/envs', file), 'utf8');
    expect(text).toContain(`name: ${file.replace('.yml', '')}\nchannels:\n  - conda-forge\n`);
    expect(text).toContain('- ipykernel');
  }
});
