import { describe, expect, it } from 'vitest';
import { checkLinks, leavesTree } from './links.ts';
import type { Overlay } from './overlay.ts';
import { applyLayers, blobId, type TreeEntry } from './tree.ts';

const links = (targets: Record<string, string>): Map<string, string> => new Map(Object.entries(targets));

describe('leavesTree', () => {
  it.each([
    ['a/link', { 'a/link': '../b' }, false],
    ['a/link', { 'a/link': '../../etc/passwd' }, true],
    ['a/link', { 'a/link': '/etc/passwd' }, true],
    ['link', { link: 'a/../b' }, false],
    ['link', { link: 'a/../../b' }, true],
    ['link', { link: 'folder/../..', folder: 'deep/er/est' }, false],
    ['link', { link: 'folder/..', folder: 'deep' }, false],
    ['link', { link: 'folder/x', folder: '/etc' }, true],
    ['deep/link', { 'deep/link': 'up/../x', 'deep/up': '..' }, true],
    ['deep/link', { 'deep/link': 'up/x', 'deep/up': '..' }, false],
    ['a', { a: 'b', b: 'a' }, false],
    ['a', { a: '' }, false],
  ])('%s in %j → %j', (path, targets, leaves) => {
    expect(leavesTree(path, links(targets))).toBe(leaves);
  });
});

describe('checkLinks', () => {
  const layer = (path: string, target: string): Overlay => ({
    files: [{ path, mode: '120000', content: Buffer.from(target) }],
    delete: [],
    rename: [],
  });
  const link = (target: string): TreeEntry => ({ mode: '120000', id: blobId(Buffer.from(target)) });
  const upstream = {
    tree: new Map([
      ['out', link('/etc')],
      ['deep/er/up', link('../../README.md')],
    ]),
    links: links({ out: '/etc', 'deep/er/up': '../../README.md' }),
  };
  const check = (layers: Overlay[]) => () => checkLinks(layers, applyLayers(upstream.tree, layers), upstream);
  const renamed = (from: string, to: string): Overlay => ({ files: [], delete: [], rename: [{ from, to }] });

  it('refuses a link of the overlay that leaves through one of upstream', () => {
    expect(check([layer('mine', 'out/passwd')])).toThrow(
      'The link "mine" points outside the repository ("out/passwd").',
    );
  });

  it('takes one that stays inside, and one that a later layer deletes', () => {
    expect(check([layer('mine', 'README.md')])).not.toThrow();
    expect(check([layer('mine', '/etc'), { files: [], delete: ['mine'], rename: [] }])).not.toThrow();
  });

  it('refuses what a rename makes of a link, and what leaves through a renamed one', () => {
    expect(check([renamed('deep/er', 'deep')])).toThrow('The link "deep/up" points outside');
    expect(check([renamed('deep', 'low')])).not.toThrow();
    const below: Overlay = { ...renamed('deep/er', 'a/b/c'), files: [] };
    expect(check([below, layer('a/mine', 'b/c/up/../../x')])).not.toThrow();
    expect(check([renamed('out', 'away')])).toThrow('The link "away" points outside');
  });
});
