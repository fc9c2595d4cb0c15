import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listRefs, type Refs, resolveSourceRef } from './refs.ts';

const [release, tagObject, head] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const url = 'https://example.org/cluster.git';
const refs: Refs = new Map([
  ['refs/heads/main', head],
  ['refs/heads/both', head],
  ['refs/tags/both', release],
  ['refs/tags/v2.0', tagObject],
  ['refs/tags/v2.0^{}', release],
  ['refs/tags/light', release],
]);

const failureOf = (ref: string, commit?: string): unknown => {
  try {
    return resolveSourceRef({ url, ref, ...(commit === undefined ? {} : { commit }) }, refs);
  } catch (error) {
    return error;
  }
};

describe('resolveSourceRef', () => {
  it.each([
    ['v2.0', release, 'refs/tags/v2.0'],
    ['refs/tags/v2.0', release, 'refs/tags/v2.0'],
    ['light', release, 'refs/tags/light'],
    ['both', release, 'refs/tags/both'],
    [head, head, head],
  ])('%s', (ref, commit, fetch) => {
    expect(resolveSourceRef({ url, ref }, refs)).toEqual({ commit, fetch });
    expect(resolveSourceRef({ url, ref, commit }, refs)).toEqual({ commit, fetch });
  });

  it.each(['v2.0', 'light', head])('%s that is not the pinned commit: an error with both', (ref) => {
    const found = ref === head ? head : release;
    expect(failureOf(ref, 'd'.repeat(40))).toMatchObject({
      code: 'RefMoved',
      message: `${ref} of ${url} is ${found}, but the declaration pins ${'d'.repeat(40)}.`,
    });
  });

  it.each([
    ['main', 'refs/tags/main', release],
    ['HEAD', 'refs/tags/HEAD', release],
    ['refs/tags/x', 'refs/tags/refs/tags/x', release],
    ['refs/heads/old', 'refs/tags/refs/heads/old', release],
    ['-v', 'refs/tags/-v', release],
  ])('a tag called %s', (ref, fetch, commit) => {
    const named: Refs = new Map([
      ['refs/heads/main', head],
      [fetch, commit],
    ]);
    expect(resolveSourceRef({ url, ref }, named)).toEqual({ commit, fetch });
  });

  it('a full name is that ref before it is a tag’s name', () => {
    const both: Refs = new Map([
      ['refs/tags/x', release],
      ['refs/tags/refs/tags/x', head],
      ['refs/heads/y', head],
      ['refs/tags/refs/heads/y', release],
    ]);
    expect(resolveSourceRef({ url, ref: 'refs/tags/x' }, both)).toMatchObject({ commit: release });
    expect(() => resolveSourceRef({ url, ref: 'refs/heads/y' }, both)).toThrow(/is a branch/);
  });

  it('of an empty repository nothing', () => {
    expect(() => resolveSourceRef({ url, ref: 'v2.0' }, new Map())).toThrow(
      `${url} is empty: it has no branches and no tags.`,
    );
  });

  it.each(['main', 'refs/heads/main'])('%s is a branch and moves', (ref) => {
    expect(failureOf(ref)).toMatchObject({ code: 'RefIsBranch', hint: expect.stringContaining(head) });
  });

  it('a shortened id is refused with the whole one', () => {
    expect(failureOf('aaaaaaa')).toMatchObject({
      code: 'RefIncomplete',
      message: `aaaaaaa is no tag of ${url} and no full commit id, which has 40 hex digits in lower case.`,
      hint: `Declare ${release} as \`ref\`.`,
    });
    expect(failureOf('dddddddd')).toMatchObject({
      code: 'RefIncomplete',
      hint: expect.stringContaining('all of the id'),
    });
    expect(failureOf('A'.repeat(40))).toMatchObject({ code: 'RefIncomplete', hint: expect.stringContaining(release) });
  });

  it.each(['v9', 'HEAD', 'refs/pull/1/head', 'v2'])('%s is not there', (ref) =>
    expect(failureOf(ref)).toMatchObject({ code: 'RefNotFound', message: `${url} has no tag ${ref}.` }),
  );
});

describe('listRefs', () => {
  it('gives up on a server that takes the question and never answers', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const hanging = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`;
    await expect(listRefs({ name: 'upstream', url: hanging }, 0.2)).rejects.toMatchObject({
      code: 'RepositoryUnreachable',
      message: 'upstream could not be read: no answer within 0.2 seconds',
    });
    server.closeAllConnections();
    server.close();
  });
});
