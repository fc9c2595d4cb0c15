import { describe, expect, it } from 'vitest';
import { gitObject } from './git-objects.ts';
import { decodeMain, decodeUpstream, encodeMain, encodeUpstream } from './mark-listing.ts';
import { parseTree } from './tree.ts';
import type { UpstreamTree } from './upstream-tree.ts';

const id = 'a'.repeat(40);
const listing = Buffer.from(
  [`100644 blob ${id}\todd\xff`, `120000 blob ${id}\tlink`, `160000 commit ${id}\tsub`, ''].join('\0'),
  'latin1',
);
const raw = Buffer.from('tree x\n\nm\xfcssage', 'latin1');
const upstream: UpstreamTree = {
  ...{ commit: gitObject('commit', raw).id, raw, listing, tree: parseTree(listing) },
  links: new Map([['link', 'tar\xffget']]),
  lfsPointers: ['odd\xff'],
};

describe('the listing of upstream', () => {
  it('comes back as it was, bytes that are no UTF-8 included', () => {
    expect(decodeUpstream(encodeUpstream(upstream), upstream.commit)).toEqual(upstream);
  });

  it.each(['', '{}\n', 'no JSON\n', '{"version":2}\n', '{"version":1,"commit":"","links":[["a"]],"lfsPointers":[]}\n'])(
    'is none when it says %j',
    (text) => expect(decodeUpstream(Buffer.from(text), upstream.commit)).toBeUndefined(),
  );
});

describe('the listing of main', () => {
  it('has only what differs, deletions included', () => {
    const main = new Map(upstream.tree);
    main.delete('sub');
    main.set('new', { mode: '100755', id: 'b'.repeat(40) });
    const content = encodeMain(raw, upstream.tree, main);
    expect(content.toString('latin1').split('\0')).toHaveLength(3);
    expect(decodeMain(content, id, upstream.tree)).toEqual({ commit: id, raw, tree: main });
  });

  it('is none when it is not ours', () => {
    expect(decodeMain(Buffer.from('[]\n'), id, upstream.tree)).toBeUndefined();
  });
});
