import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConfigurationForm, configurationKeys, type KeyChange, keyChanges } from './configuration-keys.ts';

function changes(form: ConfigurationForm, before: string, after: string): KeyChange[] {
  const [from, to] = [before, after].map((text) => configurationKeys(form, text));
  if (to === undefined) throw new Error('The text is not of this form.');
  return keyChanges(from, to);
}

const json = (value: unknown): string => JSON.stringify(value);
const change = (property: string, after: unknown): KeyChange => ({ property, act: 'change', after: json(after) });
const element = expect.stringMatching(/^\/l\/\[[0-9a-f]{32}\]$/);

describe('a change is told by what it is', () => {
  test.each<[string, unknown, unknown, unknown[]]>([
    ['nothing, for another order of keys', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, []],
    ['one value', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [change('/a/c', 3)]],
    ['a number is not its text', { a: 1 }, { a: '1' }, [change('/a', '1')]],
    ['keys with slashes and tildes', {}, { 'a/b': { '~': 1 } }, [change('/a~1b', {}), change('/a~1b/~0', 1)]],
    ['an empty key is not the whole', { a: 1 }, { a: 1, '': { a: 2 } }, [change('/', {}), change('//a', 2)]],
    ['a map that goes, once', { a: { b: { c: 1 } }, d: 1 }, { d: 1 }, [{ property: '/a', act: 'remove' }]],
    ['an empty list is not none', {}, { l: [] }, [change('/l', [])]],
    ['an element that comes', { l: ['x'] }, { l: ['y', 'x'] }, [{ property: element, act: 'change', after: '"y"' }]],
    ['the last element that goes', { l: ['x'] }, { l: [] }, [{ property: element, act: 'remove' }]],
    [
      'a second one of the kind',
      { l: ['x'] },
      { l: ['x', 'x'] },
      [{ property: expect.stringMatching(/^\/l\/\[[0-9a-f]{32}\]#2$/), act: 'change', after: '"x"' }],
    ],
    [
      'a key of an element with a name',
      { l: [{ name: 'x', a: 1 }] },
      { l: [{ name: 'x', a: 2 }] },
      [change('/l/[name=x]/a', 2)],
    ],
    [
      'elements with the same name, by content',
      { l: [] },
      {
        l: [
          { name: 'x', a: 1 },
          { name: 'x', a: 2 },
        ],
      },
      [
        { property: element, act: 'change', after: '{"a":1,"name":"x"}' },
        { property: element, act: 'change', after: '{"a":2,"name":"x"}' },
      ],
    ],
  ])('%s', (_, before, after, expected) => {
    const found = changes('json', json(before), json(after));
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  test('elements that change places', () => {
    const order = changes('json', json(['a', 'b', 'c']), json(['c', 'a', 'b']));
    expect(order).toEqual([{ property: '/[order]', act: 'change', after: expect.stringMatching(/^\["\[/) }]);
    const named = changes(
      'json',
      json([{ name: 'a' }, { name: 'b' }]),
      json([{ name: 'b' }, { name: 'new' }, { name: 'a' }]),
    );
    expect(named[0]).toEqual(change('/[name=new]', {}));
    expect(named).toContainEqual(change('/[order]', ['[name=b]', '[name=a]']));
  });
});

describe('forms', () => {
  test('addresses that share a parameter come and go alone', () => {
    const file = (cidrs: string): string => `parameters:\n  PublicAccessCidrs: '${cidrs}'\n  Other: a,b\n`;
    const found = changes('parameters', file('203.0.113.0/24'), file('198.51.100.0/24,203.0.113.0/24'));
    expect(found).toMatchObject([{ act: 'change', after: '"198.51.100.0/24"' }]);
    expect(changes('parameters', file('a'), file(''))).toMatchObject([{ act: 'remove' }]);
  });

  test('variables by name, images and words of a selector one by one', () => {
    expect(changes('variables', "A='1'\nB='x=y'\n", "A='2'\nB='x=y'\n")).toEqual([change('/A', "'2'")]);
    expect(changes('lines', 'one\ntwo\n', 'one\ntwo\nthree\n')).toMatchObject([{ after: '"three"' }]);
    expect(changes('selector', 'l,l notin (a)\n', 'l,l notin (a, b)\n')).toMatchObject([{ after: '"b"' }]);
  });

  test('what cannot be read goes as a whole, and all that is wanted counts', () => {
    const bomb = `a: &a [x]\n${'abcdefgh'
      .split('')
      .map((name) => `${name}1: [*a, *a]\n`)
      .join('')}`;
    for (const text of ['a: [', bomb, json(Array.from({ length: 60_000 }, () => 1))]) {
      expect(configurationKeys('yaml', text)).toBeUndefined();
      expect(changes('yaml', text, 'a: 1\n')).toEqual([
        change('', {}),
        change('/a', 1),
        { property: '[unreadable]', act: 'remove' },
      ]);
    }
  });
});

/** Configurations whose parts are under few keys, so that two of them have something in common. */
const value = fc.letrec((tie) => ({
  scalar: fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('', 'x', '[]', '{}'),
    fc.boolean(),
    fc.constant(null),
  ),
  key: fc.constantFrom('a', 'b', 'name', 'slug', 'x/y', '', '[order]'),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'name', 'slug', 'x/y', '', '[order]'), tie('any'), { maxKeys: 4 }),
  any: fc.oneof({ depthSize: 'small' }, tie('scalar'), tie('map'), fc.array(tie('any'), { maxLength: 4 })),
})).any;

const sortedLists = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(sortedLists).sort((a, b) => (json(a) < json(b) ? -1 : 1));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .map(([key, member]) => [key, sortedLists(member)])
      .sort(),
  );
};

test('two configurations have no differences only if they say the same', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const isSame = json(sortedLists(before)) === json(sortedLists(after));
      const found = changes('json', json(before), json(after));
      if (!isSame) expect(found).not.toEqual([]);
      expect(changes('json', json(before), json(before))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('every value that is wanted is in the changes or was there before', () => {
  fc.assert(
    fc.property(value, value, (before, after) => {
      const found = new Map(changes('json', json(before), json(after)).map((row) => [row.property, row]));
      const [from, to] = [before, after].map((each) => configurationKeys('json', json(each)));
      for (const [path, wanted] of to ?? []) {
        const row = found.get(path);
        expect(row?.act === 'change' ? row.after : from?.get(path)).toBe(wanted);
      }
    }),
    { numRuns: 1_000 },
  );
});
