import { describe, expect, it } from 'vitest';
import { flattenLayers, mergeLayers, type Overlay, type OverlayFile, overlayDigest } from './overlay.ts';

const file = (path: string, content: string): OverlayFile => ({ path, mode: '100644', content: Buffer.from(content) });
const layer = (files: OverlayFile[], lists: Partial<Overlay> = {}): Overlay => ({
  files,
  delete: [],
  rename: [],
  ...lists,
});
const texts = (overlay: Overlay | undefined): string[] =>
  (overlay?.files ?? []).map(({ path, content }) => `${path}=${content}`);

describe('mergeLayers', () => {
  it('lets the later layer win', () => {
    const merged = mergeLayers([layer([file('a', '1'), file('b', '1')]), layer([file('a', '2')])]);
    expect(merged.map(texts)).toEqual([['a=2', 'b=1']]);
  });

  it('lets a file take the place of a folder below it, and the other way round', () => {
    const merged = mergeLayers([layer([file('a/b', '1'), file('c', '1')]), layer([file('a', '2'), file('c/d', '2')])]);
    expect(merged.map(texts)).toEqual([['a=2', 'c/d=2']]);
  });

  it('keeps a layer apart that deletes or moves what is below it', () => {
    const layers = [layer([file('a', '1')]), layer([], { delete: ['a'] }), layer([file('b', '1')])];
    expect(mergeLayers(layers).map(texts)).toEqual([['a=1'], ['b=1']]);
  });

  it.each([
    '../x',
    'a/../../x',
    '/x',
    'a//b',
    '.git/config',
    'sub/.GIT/hooks',
    'a\nb',
    'git~1/x',
    'a/.git .',
    '.g\u200cit/x',
  ])('refuses the path %j', (path) => {
    expect(() => mergeLayers([layer([file(path, '')])])).toThrow(/not a path inside/);
    expect(() => mergeLayers([layer([], { delete: [path] })])).toThrow(/not a path inside/);
    expect(() => mergeLayers([layer([], { rename: [{ from: 'a', to: path }] })])).toThrow(/not a path inside/);
  });

  it.each(['.gitignore', '.gitattributes', 'a/.github/x', 'git', 'con', 'aux.txt', 'a:b', '-n', 'a b', '"', 'ü'])(
    'takes the path %j',
    (path) => expect(mergeLayers([layer([file(path, '')])])).toHaveLength(1),
  );

  it('refuses names that no Linux can have', () => {
    expect(() => mergeLayers([layer([file('x'.repeat(256), '')])])).toThrow(/more than 255 bytes/);
    expect(() => mergeLayers([layer([file(`${'long/'.repeat(1_000)}x`, '')])])).toThrow(/too long/);
  });
});

describe('flattenLayers', () => {
  it('shows what the layers come to', () => {
    const layers = [
      layer([file('images/sar/Dockerfile', '1'), file('a', '1')]),
      layer([file('c', '2')], { delete: ['images/sar'], rename: [{ from: 'a', to: 'b' }] }),
    ];
    const flat = flattenLayers(layers);
    expect(texts(flat)).toEqual(['b=1', 'c=2']);
    expect(flat).toMatchObject({ delete: ['images/sar'], rename: [{ from: 'a', to: 'b' }] });
  });
});

describe('overlayDigest', () => {
  const base = layer([file('a', '1')]);
  it.each([
    ['another content', [layer([file('a', '2')])]],
    ['another name', [layer([file('b', '1')])]],
    ['another mode', [layer([{ ...file('a', '1'), mode: '100755' }])]],
    ['a deletion', [layer([file('a', '1')], { delete: ['x'] })]],
    ['the same files in another order of layers', [layer([], { delete: ['x'] }), base]],
  ])('differs for %s', (_, layers) => expect(overlayDigest(layers)).not.toBe(overlayDigest([base])));

  it('is the same for equal layers', () => {
    expect(overlayDigest([layer([file('a', '1')])])).toBe(overlayDigest([base]));
  });
});
