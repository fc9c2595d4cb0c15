import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  canary,
  openProposalCheckout,
  type ProposalCheckout,
  soundDeclaration,
} from '../../scripts/bench/hostile/checkout.ts';
import { type Judgement, judgeProposal } from '../../scripts/bench/hostile/judgement.ts';

// Proposals made by hand, each with the file and line at which it must be refused. What random ones find is in
// scripts/bench/hostile-proposals.ts.

let checkout: ProposalCheckout;
let judgement: Judgement | undefined;
/** Paths that the test before put something at. */
let placed: string[] = [];
beforeAll(() => {
  checkout = openProposalCheckout();
});
afterAll(() => checkout.close());
beforeEach(() => {
  checkout.reset((folder) => placed.some((path) => path === folder || path.startsWith(`${folder}/`)));
  placed = [];
  checkout.wasRead();
  judgement = undefined;
});
afterEach(() => {
  expect(judgement?.faults).toEqual([]);
  expect(judgement?.output.join('\n')).not.toContain(canary);
  expect(checkout.wasRead()).not.toBe(true);
});

const own = 'deployments/sar';
const hooks = `${own}/cluster/jupyterhub/singleuser/hooks`;

/** Something at a path of the proposal, in place of what is there. */
function put(path: string, make: (file: string) => void): void {
  placed.push(path);
  const file = join(checkout.root, path);
  rmSync(file, { recursive: true, force: true });
  mkdirSync(dirname(file), { recursive: true });
  make(file);
}
const write = (path: string, text: string | Buffer, mode = 0o644): void =>
  put(path, (file) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  });
const link = (path: string, to: string): void => put(path, (file) => symlinkSync(to, file));
const hole = (path: string, bytes: number): void =>
  put(path, (file) => {
    writeFileSync(file, '');
    truncateSync(file, bytes);
  });
const list = (text: string): void => write(`${own}/cluster/.overlay.yaml`, text);
const declare = (...replacements: readonly (readonly [from: string | RegExp, to: string])[]): void =>
  write(
    `${own}/opensarlab.yaml`,
    replacements.reduce((text, [from, to]) => text.replace(from, to), soundDeclaration),
  );

type Place = readonly [path: string, line?: number];

async function expectRefusedAt([file, line = 1]: Place): Promise<void> {
  judgement = await judgeProposal(checkout.root);
  const places = judgement.refusals.map((refusal) => `${refusal.file}:${refusal.line}`);
  expect(places).toContain(`${file}:${line}`);
}

it('is valid before anything is changed', async () => {
  judgement = await judgeProposal(checkout.root);
  expect(judgement.refusals).toEqual([]);
});

describe('links', () => {
  const declaration = `${own}/opensarlab.yaml`;
  const container = `${own}/container`;
  it.each<[string, string, string | (() => string), Place]>([
    ['a declaration outside', declaration, () => join(checkout.outside, 'opensarlab.yaml'), [declaration]],
    ['a declaration outside, by a relative path', declaration, '../../../outside/opensarlab.yaml', [declaration]],
    ['a declaration that is another one', declaration, '../_example/opensarlab.yaml', [declaration]],
    ['a declaration that is a device', declaration, '/dev/zero', [declaration]],
    ['a declaration that is standard input', declaration, '/dev/stdin', [declaration]],
    ['a declaration that is a pipe', declaration, () => join(checkout.outside, 'pipe'), [declaration]],
    ['a declaration that is nothing', declaration, 'nothing', [declaration]],
    ['a declaration that is itself', declaration, 'opensarlab.yaml', [declaration]],
    ['a declaration that is a process', declaration, '/proc/self/environ', [declaration]],
    ['the deployment’s folder', own, () => checkout.outside, [own]],
    ['the deployment’s folder, to its neighbour', own, '_example', [own]],
    ['all deployments', 'deployments', () => checkout.outside, ['deployments']],
    ['its container folder', container, () => join(checkout.outside, 'folder'), [container]],
    ['its container folder, to a folder inside', container, '../../images', [container]],
    ['its cluster folder', `${own}/cluster`, '/etc', [`${own}/cluster`]],
    ['its cluster folder, to itself', `${own}/cluster`, 'cluster', [`${own}/cluster`]],
    [
      'a list outside',
      `${container}/.overlay.yaml`,
      () => join(checkout.outside, 'secret.yaml'),
      [`${container}/.overlay.yaml`],
    ],
    ['a list that is a device', `${container}/.overlay.yaml`, '/dev/zero', [`${container}/.overlay.yaml`]],
    ['a list that is a terminal', `${container}/.overlay.yaml`, '/dev/tty', [`${container}/.overlay.yaml`]],
    [
      'a list that is a pipe',
      `${container}/.overlay.yaml`,
      () => join(checkout.outside, 'pipe'),
      [`${container}/.overlay.yaml`],
    ],
    [
      'a list that is the declaration',
      `${container}/.overlay.yaml`,
      '../opensarlab.yaml',
      [`${container}/.overlay.yaml`],
    ],
    ['the list of all', 'cluster/.overlay.yaml', '/etc/passwd', ['cluster/.overlay.yaml']],
    ['what all share', 'images', '/etc', ['images']],
    ['what all share, in circles', 'images', 'images', ['images']],
    ['the versions', 'cluster/versions.yaml', () => join(checkout.outside, 'secret.yaml'), ['cluster/versions.yaml']],
    ['a template', 'cluster/cloudformation/cluster.yaml', '/etc/passwd', ['cluster/cloudformation/cluster.yaml']],
    ['all templates', 'cluster/cloudformation', '/etc', ['cluster/cloudformation']],
    ['a link out of the mirror', `${container}/out`, '../../../../etc/passwd', [`${container}/out`]],
    ['a link to the root', `${container}/out`, '/', [`${container}/out`]],
    ['a link that is too long', `${container}/out`, 'a/'.repeat(800), [`${container}/out`]],
    ['a hook', `${hooks}/own.sh`, '/etc/passwd', [`${hooks}/own.sh`]],
    ['all hooks', hooks, '/etc', [hooks]],
  ])('%s', async (_, path, to, place) => {
    link(path, typeof to === 'string' ? to : to());
    await expectRefusedAt(place);
  });

  it('one that leads through others out of the mirror', async () => {
    link(`${own}/container/a`, 'b/x');
    link(`${own}/container/b`, '../..');
    await expectRefusedAt([`${own}/container/a`]);
  });

  it('a thousand that lead through each other', async () => {
    for (let index = 0; index < 1_001; index++) link(`${own}/container/l/l${index}`, `l${(index + 1) % 1_001}`);
    await expectRefusedAt([`${own}/container`]);
  });

  it('one that stays inside is mirrored as a link', async () => {
    write(`${own}/container/a`, 'x');
    link(`${own}/container/b`, 'a');
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('pipes, sockets and devices', () => {
  it.each([
    [`${own}/opensarlab.yaml`],
    [`${own}/container/.overlay.yaml`],
    [`${own}/container/data`],
    [`${hooks}/own.sh`],
    ['cluster/versions.yaml'],
    ['cluster/cloudformation/cognito.yaml'],
    ['images/sar/Dockerfile'],
  ])('a pipe as %s', async (path) => {
    put(path, (file) => execFileSync('mkfifo', [file]));
    await expectRefusedAt([path]);
  });

  it('a socket', async () => {
    const server = createServer();
    const path = `${own}/container/s`;
    put(path, () => undefined);
    await new Promise<void>((resolve) => server.listen(join(checkout.root, path), resolve));
    await expectRefusedAt([path]);
    await new Promise((resolve) => server.close(resolve));
  });

  it.skipIf(process.getuid?.() !== 0)('a device', async (context) => {
    const path = `${own}/container/zero`;
    put(path, (file) => {
      try {
        execFileSync('mknod', [file, 'c', '1', '5'], { stdio: 'ignore' });
      } catch {
        context.skip();
      }
    });
    await expectRefusedAt([path]);
  });
});

describe('sizes', () => {
  it.each<[string, () => void, Place]>([
    ['a declaration of 257 KiB', () => hole(`${own}/opensarlab.yaml`, 257 * 1024), [`${own}/opensarlab.yaml`]],
    ['a declaration of 4 TiB', () => hole(`${own}/opensarlab.yaml`, 2 ** 42), [`${own}/opensarlab.yaml`]],
    ['a list of 65 KiB', () => hole(`${own}/cluster/.overlay.yaml`, 65 * 1024), [`${own}/cluster/.overlay.yaml`]],
    ['a file of 33 MiB', () => hole(`${own}/container/a`, 33 * 1024 * 1024), [`${own}/container/a`]],
    ['versions of 3 MiB', () => hole('cluster/versions.yaml', 3 * 1024 * 1024), ['cluster/versions.yaml']],
    [
      'a template of 3 MiB',
      () => hole('cluster/cloudformation/cluster.yaml', 3 * 1024 * 1024),
      ['cluster/cloudformation/cluster.yaml'],
    ],
    [
      '90 files of 31 MB',
      () => {
        for (let index = 0; index < 90; index++) hole(`${own}/container/a${index}`, 31_000_000);
      },
      [`${own}/container/a0`],
    ],
    [
      'too much in two folders together',
      () => {
        for (const kind of ['container', 'cluster'])
          for (const name of 'ab') hole(`${own}/${kind}/${name}`, 20_000_000);
      },
      [`${own}/cluster/a`],
    ],
    [
      'hooks of 701 KiB',
      () => write(`${hooks}/own.sh`, `#!/bin/sh\n${'x'.repeat(701 * 1024)}`, 0o755),
      [`${own}/cluster`],
    ],
    [
      '300 hooks',
      () => {
        for (let index = 0; index < 300; index++) write(`${hooks}/h${index}.sh`, '#!/bin/sh\n', 0o755);
      },
      [`${hooks}/h0.sh`],
    ],
    [
      'declarations of 5 MiB together',
      () => {
        const text = `# ${'x'.repeat(250 * 1024)}\n${soundDeclaration.slice(0, 2_000)}`;
        for (let index = 0; index < 20; index++)
          write(`deployments/lab-${String(index).padStart(2, '0')}/opensarlab.yaml`, text);
      },
      ['deployments/lab-19/opensarlab.yaml'],
    ],
  ])('%s', async (_, make, place) => {
    make();
    await expectRefusedAt(place);
  });

  it('eleven thousand files', async () => {
    mkdirSync(join(checkout.root, own, 'container'));
    for (let index = 0; index < 11_000; index++) writeFileSync(join(checkout.root, own, 'container', `f${index}`), '');
    await expectRefusedAt([`${own}/container`]);
  });

  it('a tree of 300 folders', async () => {
    write(`${own}/container/${'d/'.repeat(300)}x`, 'x');
    await expectRefusedAt([`${own}/container/${'d/'.repeat(29)}d`]);
  });
});

describe('names', () => {
  it.each([
    ...[
      'a\u202eb',
      'a\u2066b',
      'a\u200bb',
      '\ufeffa',
      'a\u00adb',
      'a\u{e0041}',
      '\u2028',
      '\ue000',
      'a\nb',
      'a\rb',
      'a\tb',
    ],
    ...['\u001b[31m', 'cafe\u0301', '.GIT', 'git~1', '.git ', '.g\u200cit', '.git::$INDEX_ALLOCATION', '.Git.'],
  ])('%j in a mirrored folder', async (name) => {
    write(`${own}/container/${name}`, 'x');
    await expectRefusedAt([`${own}/container/${name}`]);
  });

  it('one of a folder, which is not opened', async () => {
    write(`${own}/container/a\u202eb/x`, 'x');
    await expectRefusedAt([`${own}/container/a\u202eb`]);
  });

  it.each(['a\u202eb', 'a\nb', 'cafe\u0301', 'git~1'])('%j as a deployment', async (name) => {
    write(`deployments/${name}/opensarlab.yaml`, soundDeclaration);
    await expectRefusedAt([`deployments/${name}`]);
  });

  it('one that is not UTF-8', async () => {
    const folder = join(checkout.root, own, 'container');
    mkdirSync(folder);
    try {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x');
    } catch {
      return; // a file system that takes UTF-8 only
    }
    await expectRefusedAt([`${own}/container/a\ufffd`]);
  });

  it.each([
    '..x',
    '-rf',
    "'",
    '"',
    '$(id)',
    '`id`',
    '::error::x',
    '##[error]x',
    '%0A',
    '@team',
    '#1',
    '[a]',
    '漢字',
    '😀',
  ])('%j is odd and harmless', async (name) => {
    write(`${own}/container/${name}`, 'x');
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toEqual([]);
  });

  it.each(['constructor', 'hasOwnProperty', 'toString'])('%s as a deployment', async (name) => {
    write(`deployments/${name}/opensarlab.yaml`, soundDeclaration);
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals.some(({ file }) => file === `deployments/${name}/opensarlab.yaml`)).toBe(true);
  });
});

describe('lists', () => {
  const file = `${own}/cluster/.overlay.yaml`;
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`),
  ].join('\n');
  it.each<[string, string, number]>([
    ['no mapping', '- x\n', 1],
    ['no YAML', 'delete: [\n', 1],
    ['an unknown key', 'delete: [a]\nremove: [x]\n', 2],
    ['a text for a list', 'ignore: [a]\ndelete: x\n', 2],
    ['a number in a list', 'delete:\n  - a\n  - 1\n', 3],
    ['a list in a list', 'delete:\n  - a\n  - [b]\n', 3],
    ['nothing in a list', 'delete:\n  - a\n  -\n', 3],
    ['a path above', 'delete:\n  - a\n  - ../x\n', 3],
    ['a path from the root', 'delete:\n  - /etc/passwd\n', 2],
    ['the folder itself', 'delete: [.]\n', 1],
    ['Git’s own folder', 'delete:\n  - .git/config\n', 2],
    ['a rename without a target', 'rename:\n  - {from: x, to: y}\n  - {from: x}\n', 3],
    ['a rename to outside', 'rename:\n  - from: x\n    to: ../y\n', 3],
    ['a rename that is a text', 'rename: [x]\n', 1],
    ['what is not there', 'delete:\n  - jupyterhub/values.yaml\n  - nothing\n', 3],
    ['a rename of what is not there', 'rename:\n  - {from: nothing, to: y}\n', 2],
    ['501 deletions', `delete: [${'x, '.repeat(501)}]\n`, 1],
    ['101 renames', `rename: [${'{from: a, to: b}, '.repeat(101)}]\n`, 1],
    ['a billion laughs', `${bomb}\ndelete: *i\n`, 1],
    ['an alias inside of its anchor', 'delete: &a [*a]\n', 1],
    ['fifty levels', `delete: ${'['.repeat(50)}${']'.repeat(50)}\n`, 1],
    ['keys twice', 'delete: [a]\ndelete: [b]\n', 2],
    ['prototype keys', '__proto__: {delete: [x]}\n', 1],
    ['a tag', 'delete: !!python/object/apply:os.system [id]\n', 1],
    ['two documents', 'delete: []\n---\ndelete: []\n', 2],
    ['UTF-16', Buffer.from('\ufeffdelete: [a]\n', 'utf16le').toString('latin1'), 1],
    ['a zero', 'delete: [a\u0000]\n', 1],
    ['hidden characters', 'ignore: []\ndelete: [a\u202eb]\n', 2],
    ['tabs', 'delete:\n\t- a\n', 2],
  ])('%s', async (_, text, line) => {
    write(file, Buffer.from(text, /^\u00ff\u00fe/.test(text) ? 'latin1' : 'utf8'));
    await expectRefusedAt([file, line]);
  });

  it.each(['*a'.repeat(120), 'a*'.repeat(120), '?*'.repeat(100), '*'.repeat(2_000)])(
    'a pattern that once blocked for a minute: %j',
    async (pattern) => {
      list(`ignore: ["${pattern}b", "**/${pattern}/x"]\n`);
      write(`${own}/cluster/${'a'.repeat(250)}`, 'x');
      judgement = await judgeProposal(checkout.root);
      expect(judgement.refusals).toEqual([]);
    },
  );

  it('patterns that together take too long', async () => {
    list(`ignore: [${Array.from({ length: 450 }, () => `"*${'a'.repeat(100)}b"`).join(', ')}]\n`);
    for (let index = 0; index < 60; index++) write(`${own}/cluster/${'a'.repeat(240)}${index}`, '');
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).not.toEqual([]);
    for (const refusal of judgement.refusals)
      expect(refusal).toMatchObject({ file, code: expect.stringMatching(/^(OSL032|OverlayList)$/) });
  });
});

describe('hooks and magics', () => {
  const good = '#!/usr/bin/env bash\n';
  const hook = `${hooks}/own.sh`;
  it.each<[string, string, number]>([
    ['the first line that blocked for a minute', `#!/${'ash/ash/'.repeat(18)}x\n`, 1],
    ['a first line of 100,000 spaces', `#!${' '.repeat(100_000)}\n`, 1],
    ['no first line', 'echo\n', 1],
    ['another program', '#!/usr/bin/python3\n', 1],
    ['nothing', '', 1],
    ['a byte-order mark', `\ufeff${good}`, 1],
    ['Windows line ends', `${good.trimEnd()}\r\nexit 0\r\n`, 1],
  ])('a hook with %s', async (_, text, line) => {
    write(hook, text, 0o755);
    await expectRefusedAt([hook, line]);
  });

  it('a hook that bash cannot read, at its line', async () => {
    write(hook, `${good}\nif true; then\n`, 0o755);
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toMatchObject([{ file: hook, code: 'StartupFiles' }]);
  });

  it('a hook of ten thousand open brackets', async () => {
    write(hook, `${good}${'('.repeat(10_000)}\n`, 0o755);
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toMatchObject([{ file: hook, code: 'StartupFiles' }]);
  });

  it('a hook that is not executable', async () => {
    write(hook, good, 0o644);
    await expectRefusedAt([hook]);
  });

  it('hooks whose names differ in case alone', async () => {
    write(`${hooks}/Own.sh`, good, 0o755);
    write(hook, good, 0o755);
    await expectRefusedAt([hook]);
  });

  it('a hook in a folder of its own', async () => {
    write(`${hooks}/deep/own.sh`, good, 0o755);
    await expectRefusedAt([`${hooks}/deep/own.sh`]);
  });

  it('a hook that reads a secret is never run', async () => {
    write(hook, `${good}cat ${join(checkout.outside, 'secret.yaml')}\nexit 1\n`, 0o755);
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toEqual([]);
  });
});

describe('declarations', () => {
  const file = `${own}/opensarlab.yaml`;
  const lines = soundDeclaration.split('\n').length;
  it.each<[string, () => void, number]>([
    ['UTF-16', () => write(file, Buffer.from(soundDeclaration, 'utf16le')), 1],
    ['a zero', () => declare([/$/, '\u0000']), lines],
    ['nothing', () => write(file, ''), 1],
    ['50,000 open brackets', () => write(file, '['.repeat(50_000)), 1],
    ['a line of 250 KB', () => write(file, `a: ${'x'.repeat(250_000)}\n`), 1],
    ['20,000 keys', () => write(file, Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')), 1],
    ['a prototype', () => write(file, `__proto__: {a: 1}\n${soundDeclaration}`), 1],
    ['a second document', () => declare([/$/, '\n---\na: 1\n']), lines + 1],
    [
      'a source on this machine',
      () => declare([/$/, '\nsources:\n  cluster: {url: "file:///etc", ref: v2.0}\n']),
      lines + 2,
    ],
    [
      'a source that is the metadata service',
      () => declare([/$/, '\nsources:\n  cluster: {url: "https://169.254.169.254/latest", ref: v2.0}\n']),
      lines + 2,
    ],
    [
      'a private source in another spelling',
      () => declare([/$/, '\nsources:\n  cluster: {url: "https://0x0a000001/x.git", ref: v2.0}\n']),
      lines + 2,
    ],
    [
      'a private source by ssh',
      () => declare([/$/, '\nsources:\n  cluster: {url: "git@10.0.0.1:x.git", ref: v2.0}\n']),
      lines + 2,
    ],
    [
      'a program as a source',
      () => declare([/$/, '\nsources:\n  cluster: {url: "ext::sh -c id", ref: v2.0}\n']),
      lines + 2,
    ],
  ])('%s', async (_, make, line) => {
    make();
    await expectRefusedAt([file, line]);
  });
});

describe('versions and templates', () => {
  const laughs = 'a: &a [x, x]\nb: &b [*a, *a]\nParameters: {}\nResources: {}\nOutputs: {}\n';
  it.each<[string, string, string, number]>([
    ['versions that are no YAML', 'cluster/versions.yaml', 'a: [\n', 2],
    ['versions that are nothing', 'cluster/versions.yaml', '', 1],
    ['versions with aliases', 'cluster/versions.yaml', laughs, 2],
    ['versions of 5,000 levels', 'cluster/versions.yaml', '['.repeat(5_000), 1],
    ['a template with aliases', 'cluster/cloudformation/cluster.yaml', laughs, 2],
    ['a template that is nothing', 'cluster/cloudformation/cluster.yaml', '', 1],
    [
      'a template with a prototype',
      'cluster/cloudformation/cluster.yaml',
      'Parameters: {}\nResources:\n  __proto__: {Type: x}\nOutputs: {}\n',
      3,
    ],
    ['a template of lists', 'cluster/cloudformation/cluster.yaml', 'Parameters: []\nResources: []\nOutputs: []\n', 1],
    [
      'a template with an unknown tag',
      'cluster/cloudformation/cluster.yaml',
      'Parameters: {}\nResources:\n  A: !Unknown x\nOutputs: {}\n',
      3,
    ],
    [
      'a resource without a type',
      'cluster/cloudformation/cluster.yaml',
      'Parameters: {}\nResources: {A: {}}\nOutputs: {}\n',
      1,
    ],
  ])('%s', async (_, path, text, line) => {
    write(path, text);
    await expectRefusedAt([path, line]);
  });

  it('a hard link is a file like any other', async () => {
    put(`${own}/container/hard`, (file) => linkSync(join(checkout.root, own, 'opensarlab.yaml'), file));
    judgement = await judgeProposal(checkout.root);
    expect(judgement.refusals).toEqual([]);
  });
});
