import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../actions/lib/deployment/diagnostic.ts';
import { exampleCheckout } from '../scripts/cli/test/example-checkout.ts';

// What images/build.sh refuses, `validate` says before the merge, and nothing else.

const sound =
  'FROM quay.io/a:1 AS release\nRUN true\nFROM release AS testing\nCOPY tests tests\nRUN bash tests/sar.sh\n';

/** Files of images/sar; a link is written with where it leads. */
type Folder = Record<string, string | { link: string }>;
const test = { 'tests/sar.sh': '#!/usr/bin/env bash\n' };

/** @see images/build.sh, check_image; `code` is undefined where it accepts the folder */
const rows: readonly { title: string; files: Folder; code?: string; message?: RegExp }[] = [
  { title: 'a sound folder', files: { Dockerfile: sound, ...test } },
  { title: 'lower-case key words', files: { Dockerfile: sound.toLowerCase(), ...test } },
  { title: 'lines that end as on Windows', files: { Dockerfile: sound.replaceAll('\n', '\r\n'), ...test } },
  {
    title: 'platforms and spaces',
    files: {
      Dockerfile: sound
        .replace('FROM quay', 'FROM --platform=linux/amd64  quay')
        .replace('AS release', 'AS  release  '),
      ...test,
    },
  },
  {
    title: 'links inside of the folder',
    files: {
      Dockerfile: { link: 'docker/file' },
      'docker/file': sound,
      'tests/sar.sh': { link: '../sar.sh' },
      'sar.sh': '',
    },
  },
  { title: 'an empty folder', files: {}, code: 'OSL034', message: /^The folder images\/sar has no files\.$/ },
  {
    title: 'no Dockerfile',
    files: { 'README.md': 'x', ...test },
    code: 'OSL034',
    message: /no images\/sar\/Dockerfile/,
  },
  {
    title: 'a Dockerfile in lower case',
    files: { dockerfile: sound, ...test },
    ...{ code: 'OSL034', message: /^images\/sar\/dockerfile has another name than images\/sar\/Dockerfile/ },
  },
  {
    title: 'a link out of nowhere',
    files: { Dockerfile: { link: 'nothing' }, ...test },
    ...{ code: 'OSL034', message: /is a link that leads to no file/ },
  },
  {
    title: 'a folder in the place of the Dockerfile',
    files: { 'Dockerfile/x': sound, ...test },
    ...{ code: 'OSL034', message: /There is no images\/sar\/Dockerfile/ },
  },
  {
    title: 'no stage testing',
    files: { Dockerfile: 'FROM a AS release\nRUN bash sar.sh\n', ...test },
    ...{ code: 'OSL035', message: /lacks the stage testing/ },
  },
  {
    title: 'no stage release',
    files: { Dockerfile: 'FROM a\nFROM a AS testing\nRUN bash sar.sh\n', ...test },
    ...{ code: 'OSL035', message: /lacks the stage release/ },
  },
  {
    title: 'a stage in a comment, an indented one and one over two lines',
    files: {
      Dockerfile: `# FROM a AS release\n FROM a AS release\nFROM a \\\nAS release\n${sound.slice(sound.indexOf('RUN'))}`,
      ...test,
    },
    ...{ code: 'OSL035', message: /lacks the stage release/ },
  },
  {
    title: 'words behind the stage',
    files: { Dockerfile: sound.replace('AS release', 'AS release # stable'), ...test },
    ...{ code: 'OSL035', message: /lacks the stage release/ },
  },
  {
    title: 'no test',
    files: { Dockerfile: sound },
    code: 'OSL036',
    message: /There is no images\/sar\/tests\/sar\.sh/,
  },
  {
    title: 'a test with another case',
    files: { Dockerfile: sound, 'tests/SAR.sh': '' },
    ...{ code: 'OSL036', message: /There is no images\/sar\/tests\/sar\.sh/ },
  },
  {
    title: 'a test that leads nowhere',
    files: { Dockerfile: sound, 'tests/sar.sh': { link: 'gone.sh' } },
    ...{ code: 'OSL036', message: /is a link that leads to no file/ },
  },
  {
    title: 'a test that nothing runs',
    files: { Dockerfile: sound.replaceAll('sar.sh', 'all.sh'), ...test },
    ...{ code: 'OSL036', message: /does not run tests\/sar\.sh/ },
  },
];

it.each(rows)('$title', async ({ files, code, message }) => {
  const checkout = await exampleCheckout();
  const folder = join(checkout.folder, 'images/sar');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (typeof content === 'string') writeFileSync(join(folder, path), content);
    else symlinkSync(content.link, join(folder, path));
  }
  expect(accepted(checkout.folder)).toBe(code === undefined);
  const { out } = await checkout.run('validate', 'sar', '--format', 'json');
  const { diagnostics }: { diagnostics: Diagnostic[] } = JSON.parse(out);
  const found = diagnostics.filter((diagnostic) => /^OSL03[456]$/.test(diagnostic.code));
  if (code === undefined) return expect(found).toEqual([]);
  expect(found).toContainEqual(expect.objectContaining({ code, message: expect.stringMatching(message ?? /./) }));
});

/** Whether images/build.sh takes the folder, with a Docker that does nothing. */
function accepted(checkout: string): boolean {
  const docker = join(checkout, 'bin/docker');
  mkdirSync(dirname(docker));
  writeFileSync(docker, '#!/bin/sh\nexit 0\n');
  chmodSync(docker, 0o755);
  const env = { PATH: `${dirname(docker)}:${process.env['PATH']}` };
  return spawnSync('bash', [join(checkout, 'images/build.sh'), 'sar'], { env }).status === 0;
}

it('looks at what a deployment lays over the shared folder, and at the declaration where there is no file', async () => {
  const checkout = await exampleCheckout();
  cpSync(join(checkout.folder, 'images/sar'), join(checkout.folder, 'deployments/sar/container/images/sar'), {
    recursive: true,
  });
  rmSync(join(checkout.folder, 'images/sar'), { recursive: true });
  const own = 'deployments/sar/container/images/sar/Dockerfile';
  expect((await checkout.run('validate', 'sar')).out).not.toContain('OSL034');
  await checkout.write(own, 'FROM a\n');
  expect((await checkout.run('validate', 'sar')).out).toContain(`${own}:1:1`);
  rmSync(join(checkout.folder, own));
  const { out, code } = await checkout.run('validate', 'sar');
  expect(out).toMatch(/deployments\/sar\/opensarlab\.yaml:\d+:\d+: error OSL034/);
  expect(code).toBe(1);
});

it('says nothing of an image that no deployment uses', async () => {
  const checkout = await exampleCheckout();
  await checkout.write('images/unused/README.md', 'later');
  expect((await checkout.run('validate')).out).not.toContain('OSL034');
});

it('names a folder that differs in case only', async () => {
  const checkout = await exampleCheckout();
  renameSync(join(checkout.folder, 'images/sar'), join(checkout.folder, 'images/SAR'));
  const { out } = await checkout.run('validate', 'sar');
  expect(out).toContain('The folder is called images/SAR; an image has its name, in lower case.');
});

it('renders the templates of a large declaration, and says that CloudFormation would not take them', async () => {
  const checkout = await exampleCheckout();
  const file = 'deployments/sar/opensarlab.yaml';
  const text = await readFile(join(checkout.folder, file), 'utf8');
  const types = Array.from({ length: 27 }, (_, index) => {
    return `  - {name: more${index}, instance: m6a.large, min_number: 0, max_number: 1, node_policy: user}`;
  });
  await checkout.write(file, text.replace('nodes:\n', `nodes:\n${types.join('\n')}\n`));
  const { code, out } = await checkout.run('validate', 'sar');
  expect(out).toMatch(/OSL037.*The template of the stack cluster has \d+ bytes; CloudFormation takes less than 51200/s);
  expect(code).toBe(1);
});
