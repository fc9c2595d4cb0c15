import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Overlay, OverlayFile } from './overlay.ts';
import { checkStartupFiles, findStartupFiles, refuseStartupErrors } from './startup-files.ts';

const hooks = 'jupyterhub/singleuser/hooks';
const magics = 'jupyterhub/singleuser/custom_magics';
const good = '#!/usr/bin/env bash\necho hello\n';

const script = (path: string, text: string, mode: OverlayFile['mode'] = '100755'): OverlayFile => ({
  path,
  mode,
  content: Buffer.from(text),
});
const layer = (files: OverlayFile[], lists: Partial<Overlay> = {}): Overlay => ({
  files,
  delete: [],
  rename: [],
  ...lists,
});
const check = (files: OverlayFile[], ...used: string[]) =>
  checkStartupFiles(findStartupFiles([layer(files)]), new Set(used));

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('findStartupFiles', () => {
  it('finds the scripts of both folders as the last layer has them', () => {
    const layers = [
      layer([script(`${hooks}/a.sh`, 'old'), script(`${hooks}/gone.sh`, good), script(`${hooks}/sub/deep.sh`, good)]),
      layer(
        [script(`${hooks}/a.sh`, good), script(`${magics}/00-x.py`, 'x = 1\n'), script(`${hooks}/README.md`, 'x')],
        {
          delete: [`${hooks}/gone.sh`],
        },
      ),
    ];
    const found = findStartupFiles(layers);
    expect(found.hooks.map(({ path, content }) => [path, String(content)])).toEqual([[`${hooks}/a.sh`, good]]);
    expect(found.magics.map(({ path }) => path)).toEqual([`${magics}/00-x.py`]);
    expect(found.deeper.map(({ path }) => path)).toEqual([`${hooks}/sub/deep.sh`]);
  });
});

describe('checkStartupFiles', () => {
  it('has nothing to say about a good hook that a profile uses', async () => {
    expect(await check([script(`${hooks}/a.sh`, good)], 'a.sh')).toEqual({ errors: [], notes: [] });
  });

  it('notes a hook that no profile uses', async () => {
    const { notes } = await check([script(`${hooks}/a.sh`, good)], 'b.sh');
    expect(notes).toEqual([
      `${hooks}/a.sh is not the hook_script of any profile.`,
      'b.sh is the hook_script of a profile and in no layer of the overlay.',
    ]);
  });

  it.each([
    ['not executable', script(`${hooks}/a.sh`, good, '100644'), /a\.sh is not executable; run `git update-index/],
    [
      'without its first line',
      script(`${hooks}/a.sh`, 'echo hello\n'),
      /a\.sh does not begin with `#!\/usr\/bin\/env bash`/,
    ],
    [
      'with a syntax error',
      script(`${hooks}/a.sh`, '#!/bin/bash\n\nif true; then\n'),
      /a\.sh:4: syntax error: unexpected end/,
    ],
    ['with Windows line ends', script(`${hooks}/a.sh`, '#!/bin/bash\r\ntrue\r\n'), /a\.sh has Windows line ends/],
  ])('refuses a hook %s', async (_, hook, error) => {
    const result = await check([hook], 'a.sh');
    expect(result.errors.join(' ')).toMatch(error);
    expect(() => refuseStartupErrors(result)).toThrow(error);
  });

  it('refuses what the installation could not take: files in folders, and too much of it', async () => {
    const deep = await check([script(`${hooks}/sub/deep.sh`, good)]);
    expect(deep.errors).toEqual([
      expect.stringMatching(/^\S+sub\/deep\.sh is in a folder of its own; only files right in/),
    ]);
    const large = await check([script(`${magics}/large.py`, `x = '${'y'.repeat(800 * 1024)}'\n`, '100644')]);
    expect(large.errors).toEqual([expect.stringMatching(/have 801 KiB together; no more than 700 KiB/)]);
  });

  it('does not run what it checks', async () => {
    const result = await check([script(`${hooks}/a.sh`, '#!/bin/bash\nexit 1\nkill -9 $$\n')], 'a.sh');
    expect(result.errors).toEqual([]);
  });

  it('refuses two names that the installation cannot tell apart', async () => {
    const { errors } = await check(
      [script(`${hooks}/a_b.sh`, good), script(`${hooks}/a-b.sh`, good)],
      'a_b.sh',
      'a-b.sh',
    );
    expect(errors).toEqual([
      `${hooks}/a_b.sh and ${hooks}/a-b.sh differ only in case or punctuation; only one would be installed.`,
    ]);
  });

  it('tells of many scripts which is wrong and where, also of those that say the same', async () => {
    const texts = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0 ? `#!/bin/bash\n${'\n'.repeat(index)}if true; then\n` : `${good}# ${index % 6}\n`,
    );
    const files = texts.map((text, index) => script(`${hooks}/h${String(index).padStart(2, '0')}.sh`, text));
    const { errors } = await check([...files, script(`${hooks}/same.sh`, texts[3] ?? '')]);
    const expected = texts.flatMap((_, index) =>
      index % 3 === 0 ? [`h${String(index).padStart(2, '0')}.sh:${index + 3}: syntax error`] : [],
    );
    expect(errors.map((error) => error.replace(`${hooks}/`, '').replace(/: unexpected.*/, ''))).toEqual([
      ...[...expected, 'same.sh:6: syntax error'],
    ]);
  });

  it('takes no script for a good one that comes after one with which bash comes to no end', async () => {
    const deep = script(`${hooks}/b.sh`, `#!/usr/bin/env bash\n${'$(('.repeat(200_000)}\n`);
    const { errors } = await check([script(`${hooks}/a.sh`, good), deep, script(`${hooks}/c.sh`, `${good}# c\n`)]);
    expect(errors).toEqual(
      ['b', 'c'].map((name) => expect.stringContaining(`${hooks}/${name}.sh:1: bash cannot read it`)),
    );
  });

  it.skipIf(!has('shellcheck'))('passes on what ShellCheck warns about', async () => {
    const text = '#!/usr/bin/env bash\ncd /home/jovyan\nfor f in $(ls *.nc); do rm $f; done\n';
    const { notes, errors } = await check([script(`${hooks}/a.sh`, text)], 'a.sh');
    expect(notes.join('\n')).toMatch(/a\.sh:2: .*\(ShellCheck SC2164\)\./);
    expect(errors.join('\n')).not.toMatch(/SC2164/);
  });

  it.skipIf(!has('python3'))('refuses a magic that is no Python, and takes one that is', async () => {
    const bad = await check([script(`${magics}/00-df.py`, 'x = 1\ndef broken(:\n', '100644')]);
    expect(bad.errors.join()).toMatch(/00-df\.py:2: .*invalid syntax/i);
    expect(await check([script(`${magics}/00-df.py`, 'raise SystemExit(1)\n', '100644')])).toEqual({
      errors: [],
      notes: [],
    });
  });
});
