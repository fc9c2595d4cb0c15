import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stackKinds } from '../../../actions/lib/stacks/stack.ts';
import { soundDeclaration } from './checkout.ts';

/** Numbers that are the same for the same seed (mulberry32). */
export type Dice = { upTo(limit: number): number; chance(probability: number): boolean; of<T>(items: readonly T[]): T };

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (limit: number): number => Math.floor(next() * limit);
  return {
    upTo,
    chance: (probability) => next() < probability,
    of(items) {
      const item = items[upTo(items.length)];
      if (item === undefined) throw new RangeError('There is nothing to choose from.');
      return item;
    },
  };
}

/** A proposal to change, and the place outside that it would like to reach. */
export type Target = {
  root: string;
  outside: string;
  /** Paths where something was put. */
  placed?: string[];
};
export type Mutation = (target: Target, dice: Dice) => void;

const own = 'deployments/sar';
const hooks = 'jupyterhub/singleuser/hooks';

/** Every place that is read of a proposal. */
const readPlaces = [
  'deployments',
  own,
  `${own}/opensarlab.yaml`,
  `${own}/container`,
  `${own}/container/.overlay.yaml`,
  `${own}/container/images`,
  `${own}/container/images/own/Dockerfile`,
  `${own}/cluster`,
  `${own}/cluster/.overlay.yaml`,
  `${own}/cluster/${hooks}`,
  `${own}/cluster/${hooks}/own.sh`,
  `${own}/cluster/jupyterhub/singleuser/custom_magics/own.py`,
  `${own}/cluster/cloudformation/cluster.yaml`,
  'images',
  'images/sar',
  'images/sar/Dockerfile',
  'cluster',
  'cluster/.overlay.yaml',
  'cluster/versions.yaml',
  'cluster/cloudformation',
  'cluster/cloudformation/cluster.yaml',
  'cluster/cloudformation/cognito.yaml',
  `cluster/${hooks}`,
  `cluster/${hooks}/sar.sh`,
];

/** Puts something at a path, in place of whatever is there or on the way to it. */
export function place(target: Target, path: string, make: (file: string) => void): void {
  const file = join(target.root, path);
  // A name such as .. cannot be in a commit; here it would lead out.
  if (!file.startsWith(join(target.root, '/'))) return;
  target.placed?.push(path);
  try {
    rmSync(file, { recursive: true, force: true });
    makeFolder(target, dirname(path));
    make(file);
  } catch (error) {
    if (!isRefusedBySystem(error)) throw error;
  }
}

/**
 * A folder, in place of whatever is on the way to it: behind a link it would land outside, and Node tries for ever to make
 * one below some links into /proc.
 */
function makeFolder({ root }: Target, path: string): void {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = join(root, ...parts.slice(0, depth));
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory()) rmSync(folder, { force: true });
  }
  mkdirSync(join(root, path), { recursive: true });
}

/** What this system does not take (names, devices) cannot be checked out either. */
export function isRefusedBySystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

const write =
  (content: string | Buffer, mode = 0o644) =>
  (file: string): void => {
    writeFileSync(file, content);
    chmodSync(file, mode);
  };

const link: Mutation = (target, dice) => {
  const { outside } = target;
  const to = dice.of([
    ...[join(outside, 'secret.yaml'), join(outside, 'folder'), outside, join(outside, 'pipe'), '/etc/passwd', '/etc'],
    ...['/dev/zero', '/dev/stdin', '/dev/tty', '/dev/random', '/proc/self/environ', '/proc/self/fd/0', '/proc', '/sys'],
    ...['.', '..', '../..', '../../../outside/secret.yaml', 'nothing', 'own.sh', '/', '\u202egpj', 'a/'.repeat(800)],
    ...[join(target.root, 'images'), join(target.root, own), 'opensarlab.yaml', '../sar', 'x\ny', '::error::x'],
  ]);
  place(target, dice.of(readPlaces), (file) => symlinkSync(to, file));
};

const special: Mutation = (target, dice) => {
  place(target, dice.of(readPlaces), (file) => {
    const isRoot = process.getuid?.() === 0;
    const kind = dice.of(isRoot ? ['pipe', 'zero', 'tty', 'block'] : ['pipe']);
    try {
      if (kind === 'pipe') execFileSync('mkfifo', [file], { stdio: 'ignore' });
      else if (kind === 'zero') execFileSync('mknod', [file, 'c', '1', '5'], { stdio: 'ignore' });
      else if (kind === 'tty') execFileSync('mknod', [file, 'c', '5', '0'], { stdio: 'ignore' });
      else execFileSync('mknod', [file, 'b', '7', '0'], { stdio: 'ignore' });
    } catch {
      writeFileSync(file, ''); // not every container may make devices
    }
  });
};

const sparse: Mutation = (target, dice) => {
  const sizes = [0, 1, 256 * 1024 + 1, 2 * 1024 * 1024 + 1, 31_000_000, 33 * 1024 * 1024, 10 * 1024 ** 3, 2 ** 42];
  const hole = (file: string): void => {
    writeFileSync(file, '');
    truncateSync(file, dice.of(sizes));
  };
  if (dice.chance(0.5)) place(target, dice.of(readPlaces), hole);
  else {
    const count = dice.chance(0.1) ? 90 : 1 + dice.upTo(6);
    for (let index = 0; index < count; index++) {
      place(target, `${own}/${dice.of(['container', 'cluster'])}/hole-${index}`, (file) => {
        writeFileSync(file, '');
        truncateSync(file, 31_000_000);
      });
    }
  }
};

const oddNames = [
  ...[
    'a\u202eb',
    'a\u200bb',
    '\ufeffa',
    'a\u0301',
    'café'.normalize('NFD'),
    'a\u0000'.slice(0, 1),
    'a\nb',
    'a\rb',
    'a\tb',
  ],
  ...[
    '\u001b[31m',
    '.git',
    '.GIT',
    'git~1',
    '.g\u200cit',
    '.git ',
    '.git::$INDEX_ALLOCATION',
    '..',
    '...',
    ' ',
    '-rf',
    '--',
  ],
  ...[
    'a'.repeat(255),
    'ä'.repeat(127),
    '::error::x',
    '##[error]x',
    '%0A::set-output',
    'a:b',
    'a\\b',
    'CON',
    'nul.txt',
    '*',
    '?',
  ],
  ...['[a]', '`id`', '$(id)', "'", '"', '|', '<img src=x>', '@team', '#1', 'a b', '~', '.DS_Store', 'x~', '__proto__'],
  ...[
    'constructor',
    'prototype',
    'hasOwnProperty',
    '\ue000',
    '\u{e0041}',
    '\u2028',
    '漢字',
    '😀',
    'Dockerfile',
    'dockerfile',
  ],
];

const names: Mutation = (target, dice) => {
  const count = 1 + dice.upTo(4);
  for (let index = 0; index < count; index++) {
    const name = dice.of(oddNames);
    const folder = dice.of([
      ...['deployments', `${own}/container`, `${own}/container/images`, `${own}/cluster/${hooks}`, 'images', 'cluster'],
    ]);
    const path = `${folder}/${name}${dice.of(['', '', '/opensarlab.yaml', '.sh', '.yaml', '/a/b'])}`;
    place(target, path, write(dice.of(['', 'x', soundDeclaration]), dice.of([0o644, 0o755])));
  }
  if (dice.chance(0.2)) {
    const bytes = Buffer.concat([Buffer.from(join(target.root, own, 'container-')), Buffer.from([0xff, 0xfe, 0x80])]);
    try {
      writeFileSync(bytes, 'x');
    } catch {
      // a file system that takes UTF-8 only
    }
  }
};

const tree: Mutation = (target, dice) => {
  const folder = `${own}/${dice.of(['container', 'cluster'])}`;
  const kind = dice.of(['deep', 'many', 'links', 'chain', 'hard']);
  if (kind === 'deep') place(target, `${folder}/${'d/'.repeat(20 + dice.upTo(300))}x`, write('x'));
  else if (kind === 'many') {
    const count = dice.chance(0.02) ? 11_000 : dice.of([50, 300]);
    makeFolder(target, `${folder}/many`);
    for (let index = 0; index < count; index++) writeFileSync(join(target.root, folder, 'many', `f${index}`), '');
  } else if (kind === 'links') {
    const count = dice.chance(0.05) ? 1_200 : dice.of([10, 100]);
    makeFolder(target, `${folder}/l`);
    for (let index = 0; index < count; index++) {
      symlinkSync(
        `../l/./${'x/../'.repeat(dice.upTo(150))}l${(index + 1) % count}`,
        join(target.root, folder, 'l', `l${index}`),
      );
    }
  } else if (kind === 'chain') {
    for (let index = 0; index < 60; index++)
      place(target, `${folder}/c${index}`, (file) => symlinkSync(`c${index + 1}`, file));
    place(target, `${folder}/c60`, (file) => symlinkSync(dice.of(['../../../../x', '/etc', 'c0', '.']), file));
  } else {
    place(target, `${folder}/hard`, (file) => linkSync(join(target.root, own, 'opensarlab.yaml'), file));
  }
};

/** Text that is no good YAML for somebody. */
export function oddYaml(dice: Dice): string {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, index) => {
      const before = 'abcdefghi'[index] ?? 'a';
      return `${name}: &${name} [${`*${before},`.repeat(9)}]`;
    }),
  ].join('\n');
  return dice.of([
    bomb,
    `${bomb}\nparameters: *i\nResources: *i\nOutputs: *i\nParameters: *i\n`,
    '['.repeat(50_000),
    '{a: '.repeat(20_000),
    `a: ${'x'.repeat(1_000_000)}`,
    `a: "${'\\u0041'.repeat(100_000)}`,
    `${'- '.repeat(50_000)}x`,
    '? '.repeat(10_000),
    `${'a'.repeat(100_000)}: 1`,
    Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'),
    'a: 1\n'.repeat(20_000),
    '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\n',
    'a: &a {<<: *a}\n',
    '<<: [{a: 1}]\n',
    '%YAML 1.3\n---\na: 1\n...\n---\nb: 2\n',
    'a: !!js/function "function(){}"\nb: !!python/object/apply:os.system [id]\n',
    '!!binary aGFsbG8=\n',
    '\ufeffa: 1\n',
    'a: 1\r\nb: 2\r\n',
    'a:\t1\n',
    'a: \u0000\n',
    'a: \u202e1\n',
    ': : : :\n',
    '---\n'.repeat(10_000),
    `# ${'#'.repeat(200_000)}\n`,
    `a: |\n${' x\n'.repeat(50_000)}`,
    ' '.repeat(200_000),
    '-\n'.repeat(50_000),
    `a: ${'&a '.repeat(20_000)}x`,
    `a: [${'*a, '.repeat(20_000)}]`,
    'null\n',
    '[]\n',
    '"text"\n',
    '12\n',
    '',
  ]);
}

function encoded(text: string, dice: Dice): Buffer {
  const kind = dice.of(['utf8', 'utf8', 'utf8', 'utf16', 'utf16bom', 'latin1', 'bom', 'nul']);
  if (kind === 'utf16') return Buffer.from(text, 'utf16le');
  if (kind === 'utf16bom') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (kind === 'latin1') return Buffer.from(`${text}\u00e4\u00ff`, 'latin1');
  if (kind === 'bom') return Buffer.from(`\ufeff${text}`);
  if (kind === 'nul') return Buffer.from(`${text}\u0000`);
  return Buffer.from(text);
}

const overlayList: Mutation = (target, dice) => {
  const star = dice.of(['*', 'a*', '?*', '*a', '**', '*?', 'a?']);
  const list = dice.of([
    `ignore: ["${star.repeat(1 + dice.upTo(2_000))}b"]\n`,
    `ignore: [${`"${star.repeat(40)}b",`.repeat(1 + dice.upTo(490))}]\n`,
    `ignore: ["${'x/'.repeat(500)}*"]\n`,
    'ignore: ["/", "", "//", "/*", "*/", "**/**/**"]\n',
    'ignore: "*"\n',
    `delete: [${dice.of(['..', '/etc/passwd', '../../x', '.git/config', 'a//b', '', '.', 'a\\u0000b', 'nothing'])}]\n`,
    `delete: [${Array.from({ length: 490 }, (_, index) => `d${index}`).join(', ')}]\n`,
    `rename:\n${Array.from({ length: 90 }, (_, index) => `  - {from: many, to: many${index}}`).join('\n')}\n`,
    'rename: [{from: many, to: other}, {from: other, to: many}]\n',
    'rename: [{from: ../x, to: y}]\n',
    'rename: [{from: x}]\n',
    'delete: {a: b}\n',
    'delete: [1, [2], {a: 3}, null, ~, true]\n',
    'delete: &a [*a]\n',
    'remove: [x]\n',
    '__proto__: {delete: [x]}\n',
    'delete: [a]\ndelete: [b]\n',
    oddYaml(dice),
  ]);
  place(target, `${own}/${dice.of(['container', 'cluster'])}/.overlay.yaml`, write(encoded(list, dice)));
  const count = dice.of([0, 1, 20, 60]);
  mkdirSync(join(target.root, own, 'cluster'), { recursive: true });
  for (let index = 0; index < count; index++) {
    place(target, `${own}/cluster/${'a'.repeat(dice.upTo(240))}${index}`, write('x'));
  }
};

const hook: Mutation = (target, dice) => {
  const text = dice.of([
    `#!/${'ash/'.repeat(10 + dice.upTo(60))}x\n`,
    `#!${' '.repeat(100_000)}\n`,
    `#!/usr/bin/env ${' '.repeat(5_000)}x`,
    '#!/bin/sh -x\nexit 0\n',
    '#!/usr/bin/python3\n',
    '#!/usr/bin/env bash\r\nexit 0\r\n',
    `#!/usr/bin/env bash\n${'('.repeat(5_000)}\n`,
    `#!/usr/bin/env bash\n${'$('.repeat(300)}\n`,
    `#!/usr/bin/env bash\n${'if true; then '.repeat(3_000)}\n`,
    `#!/usr/bin/env bash\n${'a=('.repeat(2_000)}\n`,
    `#!/usr/bin/env bash\ncat <<E\n${'x\n'.repeat(20_000)}`,
    `#!/usr/bin/env bash\n${"echo '".repeat(5_001)}\n`,
    `#!/usr/bin/env bash\n: ${'{a,b}'.repeat(30)}\n`,
    `#!/usr/bin/env bash\n# ${'x'.repeat(1_000_000)}\n`,
    `#!/usr/bin/env bash\n${'x'.repeat(600_000)}\n`,
    '#!/usr/bin/env bash\n\u0000\u0001\u0002',
    '\ufeff#!/usr/bin/env bash\n',
    '',
    '::error::x\n##[error]x\n',
    `#!/usr/bin/env bash\ncat ${join(target.outside, 'secret.yaml')}\n`,
    `#!/usr/bin/env bash\nsource ${join(target.outside, 'secret.yaml')}\n$(cat ${join(target.outside, 'secret.yaml')}\n`,
  ]);
  const count = dice.chance(0.02) ? 250 : dice.of([1, 1, 1, 3, 12]);
  for (let index = 0; index < count; index++) {
    const name = dice.of(['own', 'Own', 'sar', 'a b', 'x'.repeat(200), `h${index}`]);
    place(target, `${own}/cluster/${hooks}/${name}.sh`, write(text, dice.of([0o755, 0o755, 0o644])));
  }
  if (dice.chance(0.3)) {
    const magic = dice.of([
      ...[
        '('.repeat(10_000),
        `x = ${'['.repeat(200)}`,
        `x = ${'-'.repeat(100_000)}1`,
        `f"${'{'.repeat(100)}`,
        'x\u0000',
        '\ufeffx=1',
      ],
      ...[
        `x = ${'9'.repeat(600_000)}`,
        `${'lambda: '.repeat(5_000)}1`,
        `# coding: utf-7\n+AF8-`,
        `# coding: rot13\n`,
        'if 1:\n\tx\n        y\n',
      ],
    ]);
    place(target, `${own}/cluster/jupyterhub/singleuser/custom_magics/own.py`, write(magic));
  }
};

const declaration: Mutation = (target, dice) => {
  const lines = soundDeclaration.split('\n');
  const at = dice.upTo(lines.length);
  const odd = dice.of([
    ...[
      '\u202e',
      '\u0000',
      '\t',
      '&a',
      '*a',
      '!!js',
      '{',
      '[',
      '"',
      "'",
      '|',
      '>',
      '%',
      '@',
      '`',
      '- - -',
      ': ',
      '#',
      '__proto__: 1',
    ],
    ...[
      'a'.repeat(100_000),
      '9'.repeat(5_000),
      '1e999',
      '.inf',
      '0x',
      '-0',
      '2026-13-99',
      '~',
      'null',
      '[[[[[[',
      '$HOME',
      '../../x',
    ],
    ...[
      '::error::x',
      '##[error]x',
      '<script>',
      '$(id)',
      '`id`',
      '; rm -rf /',
      '\r',
      '\\',
      '%0A',
      '\u{1f600}'.repeat(1_000),
    ],
  ]);
  const line = lines[at] ?? '';
  const changed = dice.of([
    () => lines.toSpliced(at, 1, line.replace(/: .*/, `: ${odd}`)),
    () => lines.toSpliced(at, 0, odd),
    () => lines.toSpliced(at, 1),
    () => lines.toSpliced(at, 1, line + odd),
    () => lines.toSpliced(at, 1, `${' '.repeat(dice.upTo(9))}${line}`),
    () => [...lines, ...lines],
    () => [...lines, oddYaml(dice)],
    () => [oddYaml(dice)],
    () => lines.slice(0, at),
  ])();
  place(target, `${own}/opensarlab.yaml`, write(encoded(changed.join('\n'), dice)));
};

const source: Mutation = (target, dice) => {
  const url = dice.of([
    ...[
      'file:///etc',
      'file://localhost/etc',
      'http://127.0.0.1/x',
      'https://169.254.169.254/latest',
      'https://10.0.0.1/x',
    ],
    ...[
      'https://2130706433/x',
      'https://0x7f.1/x',
      'https://017700000001/x',
      'ssh://git@10.0.0.1/x',
      'git@127.1:x',
      'git@metadata:x',
    ],
    ...[
      'https://localhost/x',
      'https://a.internal/x',
      'https://[::1]/x',
      'https://a@127.0.0.1/x',
      'https://github.com:22@10.0.0.1/x',
    ],
    ...[
      'ext::sh -c id',
      '--upload-pack=id',
      'https://github.com/../../x',
      '/etc',
      '../x',
      'https://github.com/a b',
      'https://１０.0.0.1/x',
    ],
    ...[
      `https://${'a.'.repeat(5_000)}b/x`,
      `https://github.com/${'a/'.repeat(5_000)}`,
      `git@github.com:${'a/'.repeat(5_000)}`,
    ],
  ]);
  const text = `${soundDeclaration}\nsources:\n  cluster: {url: ${JSON.stringify(url)}, ref: v2.0}\n`;
  place(target, `${own}/opensarlab.yaml`, write(text));
};

const versions: Mutation = (target, dice) => {
  place(target, 'cluster/versions.yaml', write(encoded(oddYaml(dice), dice)));
};

const template: Mutation = (target, dice) => {
  const kind = dice.of(stackKinds);
  const text = dice.of([
    oddYaml(dice),
    'Parameters: {}\nResources: {}\nOutputs: {}\n',
    'Parameters: []\nResources: []\nOutputs: []\n',
    'Parameters: {A: 1}\nResources: {B: null}\nOutputs: {C: x}\n',
    'Parameters: {A: {AllowedPattern: "((a|a)*)*b"}}\nResources: {}\nOutputs: {}\n',
    'Parameters: {}\nResources: {__proto__: {Type: x}}\nOutputs: {}\n',
    'Parameters: {}\nResources: !Sub {__proto__: x}\nOutputs: {}\n',
    'Parameters: {}\nResources: {A: {Type: [1], Properties: !Ref x}}\nOutputs: {}\n',
    `Parameters: {}\nResources: {${Array.from({ length: 5_000 }, (_, index) => `R${index}: {Type: x}`).join(', ')}}\nOutputs: {}\n`,
    'Parameters: {}\nResources: {A: !Unknown x}\nOutputs: {}\n',
  ]);
  place(target, `cluster/cloudformation/${kind}.yaml`, write(encoded(text, dice)));
};

/** Each kind of attack by name. */
export const mutations: Readonly<Record<string, Mutation>> = {
  link,
  special,
  sparse,
  names,
  tree,
  overlayList,
  hook,
  declaration,
  source,
  versions,
  template,
};
