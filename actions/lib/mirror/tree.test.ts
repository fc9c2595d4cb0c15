import { describe, expect, it } from 'vitest';
import type { Overlay, OverlayFile } from './overlay.ts';
import { applyLayers, blobId, compareTrees, containsChanges, parseTree, type Tree, treePath } from './tree.ts';

const id = (text: string): string => blobId(Buffer.from(text));
const tree = (files: Record<string, string>): Tree =>
  new Map(Object.entries(files).map(([path, text]) => [treePath(path), { mode: '100644', id: id(text) }]));
const file = (path: string, text: string): OverlayFile => ({ path, mode: '100644', content: Buffer.from(text) });
const layer = (changes: Partial<Overlay>): Overlay => ({ files: [], delete: [], rename: [], ...changes });

const upstream = tree({ 'a/x': '1', 'a/y': '2', b: '3', 'images/sar/Dockerfile': '4' });

describe('applyLayers', () => {
  it('applies each layer to what the layers below it made', () => {
    const layers = [
      layer({ files: [file('images/sar/test.sh', 't'), file('c', '5')] }),
      layer({ delete: ['images/sar'], rename: [{ from: 'c', to: 'd/c' }], files: [file('b', 'new')] }),
    ];
    expect(applyLayers(upstream, layers)).toEqual(tree({ 'a/x': '1', 'a/y': '2', b: 'new', 'd/c': '5' }));
  });

  it('lets a file take the place of a folder, and a folder that of a file', () => {
    expect(applyLayers(upstream, [layer({ files: [file('a', 'file')] })]).has('a/x')).toBe(false);
    const below = applyLayers(upstream, [layer({ files: [file('b/c', 'below')] })]);
    expect([...below.keys()].filter((path) => path.startsWith('b'))).toEqual(['b/c']);
  });

  it('moves a folder into one of its own', () => {
    const moved = applyLayers(upstream, [layer({ rename: [{ from: 'a', to: 'a/old' }] })]);
    expect([...moved.keys()].sort()).toEqual(['a/old/x', 'a/old/y', 'b', 'images/sar/Dockerfile']);
  });

  it('takes a list that names a path twice, or something below another', () => {
    const lists = { delete: ['a/x', 'a', 'b', 'b'] };
    expect([...applyLayers(upstream, [layer(lists)]).keys()]).toEqual(['images/sar/Dockerfile']);
  });

  it.each([{ delete: ['a/z'] }, { delete: ['a/'] }, { rename: [{ from: 'none', to: 'b' }] }])(
    'refuses %j: there is no such path',
    (changes) => {
      expect(() => applyLayers(upstream, [layer(changes)])).toThrow(/neither upstream nor a lower layer has/);
    },
  );

  it('leaves names alone that are no UTF-8', () => {
    const odd = parseTree(Buffer.from(`100644 blob ${id('x')}\tna\xefve\0`, 'latin1'));
    expect([...applyLayers(odd, [layer({ files: [file('ü', 'y')] })]).keys()]).toEqual(['na\xefve', 'Ã¼']);
  });
});

describe('compareTrees', () => {
  it('lists what was added, changed and deleted, modes included, with readable names', () => {
    const after = new Map(tree({ 'a/x': '1', 'a/y': 'other', ü: 'u', 'images/sar/Dockerfile': '4' }));
    after.set('a/x', { mode: '100755', id: id('1') });
    expect(compareTrees(upstream, after)).toEqual({ added: ['ü'], changed: ['a/x', 'a/y'], deleted: ['b'] });
  });
});

describe('containsChanges', () => {
  const theirs = tree({ 'a/x': 'theirs', 'a/y': '2', 'images/sar/Dockerfile': '4', new: 'n' });

  it.each([
    ['all of it', { 'a/x': 'theirs', 'a/y': 'ours', new: 'n' }, true],
    ['not the changed file', { 'a/x': '1', 'a/y': '2', new: 'n' }, false],
    ['not the new file', { 'a/x': 'theirs' }, false],
    ['the file they deleted', { 'a/x': 'theirs', new: 'n', b: '3' }, false],
  ])('%s → %j', (_, files, contained) => {
    expect(containsChanges(tree(files), upstream, theirs)).toBe(contained);
  });
});
