import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlayground, type Playground } from './stub-commands.ts';

const sources = fileURLToPath(new URL('../../images', import.meta.url));

const environment = {
  REGISTRY: 'registry.example',
  NAMESPACE: 'sar-container',
  CODEBUILD_RESOLVED_SOURCE_VERSION: '0123456789abcdef0123456789abcdef01234567',
};

let playground: Playground;

beforeEach(() => {
  playground = createPlayground();
  cpSync(sources, join(playground.folder, 'images'), { recursive: true });
  playground.command('docker');
});

afterEach(() => playground.remove());

const build = (args: string[] = [], env: Record<string, string> = environment) =>
  playground.run('bash', ['images/build.sh', ...args], env);

test('tests and builds the listed images, then pushes them under commit and latest', async () => {
  playground.write('images/images.txt', 'helloworld\n');
  expect(await build()).toMatchObject({ code: 0, stderr: '' });
  const image = 'registry.example/sar-container/helloworld';
  expect(playground.calls()).toEqual([
    `docker build --target testing --tag ${image}:testing helloworld`,
    `docker build --target release --tag ${image}:0123456 --tag ${image}:latest helloworld`,
    `docker push ${image}:0123456`,
    `docker push ${image}:latest`,
  ]);
});

test('pushes nothing when one image’s test fails', async () => {
  playground.command('docker', `if (args.includes('testing') && args.at(-1) === 'sar') process.exit(1);`);
  expect((await build()).code).not.toBe(0);
  expect(playground.calls().filter((call) => call.startsWith('docker push'))).toEqual([]);
});

test('without a registry it only builds and tests', async () => {
  expect((await build(['helloworld'], {})).code).toBe(0);
  expect(playground.calls()).toEqual([
    'docker build --target testing --tag helloworld:testing helloworld',
    'docker build --target release --tag helloworld:local --tag helloworld:latest helloworld',
  ]);
});

test.each([
  ['../etc', "An image's name has lower-case letters and digits only, not: ../etc"],
  ['missing', 'There is no images/missing/Dockerfile.'],
  ['untested', 'images/untested/Dockerfile lacks the stage testing.'],
])('refuses %s before building anything', async (name, message) => {
  playground.write('images/untested/Dockerfile', 'FROM scratch AS release\n');
  const { code, stderr } = await build(['helloworld', name]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(message);
  expect(playground.calls()).toEqual([]);
});
