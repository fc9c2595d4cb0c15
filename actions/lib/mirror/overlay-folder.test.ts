import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProposal } from '../adapters/workspace/proposal-files.ts';
import { inspectLayer, layerAllowance, readLayer } from './overlay-folder.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'layer-')));
  mkdirSync(join(root, 'layer/bin'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string): void => writeFileSync(join(root, 'layer', path), text);
const read = async () => readLayer(await openProposal(root), 'layer', { prefix: 'tools/' });

describe('readLayer', () => {
  it('reads files with their modes, and links as links', async () => {
    write('bin/run.sh', '#!/bin/sh\n');
    chmodSync(join(root, 'layer/bin/run.sh'), 0o755);
    symlinkSync('run.sh', join(root, 'layer/bin/alias'));
    const { files } = await read();
    expect(files.map(({ path, mode, content }) => [path, mode, String(content)])).toEqual([
      ['tools/bin/alias', '120000', 'run.sh'],
      ['tools/bin/run.sh', '100755', '#!/bin/sh\n'],
    ]);
  });

  it('reads the lists of .overlay.yaml and keeps the file itself out', async () => {
    write('.overlay.yaml', 'delete: [images/sar/, b]\nrename:\n  - { from: x, to: y }\n');
    expect(await read()).toMatchObject({ files: [], delete: ['images/sar', 'b'], rename: [{ from: 'x', to: 'y' }] });
  });

  it.each([
    ['delete: x\n', /`delete` is not a list of paths/],
    ['remove: [x]\n', /the key "remove" is unknown/],
    ['rename: [{ from: x }]\n', /`rename` holds an entry without `from` and `to`/],
    ['- x\n', /malformed/],
    ['delete: [\n', /malformed/],
  ])('refuses %j', async (text, message) => {
    write('.overlay.yaml', text);
    await expect(read()).rejects.toMatchObject({ code: 'OverlayList', message: expect.stringMatching(message) });
  });

  it('takes a folder that is not there as empty, and refuses one that is a link', async () => {
    const nothing = { files: [], delete: [], rename: [] };
    expect(await readLayer(await openProposal(root), 'none')).toEqual(nothing);
    mkdirSync(join(root, 'elsewhere/below'), { recursive: true });
    symlinkSync(join(root, 'elsewhere'), join(root, 'linked'));
    for (const folder of ['linked', 'linked/below']) {
      await expect(readLayer(await openProposal(root), folder)).rejects.toMatchObject({ code: 'FolderIsLink' });
    }
  });

  it('that there is too much is said where something is, once', async () => {
    mkdirSync(join(root, 'empty'));
    write('.overlay.yaml', 'delete: [a]\n');
    write('bin/data', 'x'.repeat(100));
    const files = await openProposal(root);
    const allowance = { ...layerAllowance(), bytes: 99 };
    const first = await inspectLayer(files, 'layer', { allowance });
    expect(first.refusals).toMatchObject([
      { code: 'OverlayTooLarge', message: expect.stringMatching(/^layer\/bin\/data is too much/) },
    ]);
    expect((await inspectLayer(files, 'empty', { allowance })).refusals).toEqual([]);
  });
});
