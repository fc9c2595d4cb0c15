import { expect, it } from 'vitest';
import { addDeletions } from './overlay-list.ts';

it('starts a list', () => {
  expect(addDeletions('', ['a', 'b c'])).toBe('delete:\n  - a\n  - b c\n');
});

it('adds what is missing and leaves comments and renames alone', () => {
  const text = '# Ours\ndelete:\n  - a # not used\nrename:\n  - { from: x, to: y }\n';
  expect(addDeletions(text, ['a', 'b'])).toBe(
    '# Ours\ndelete:\n  - a # not used\n  - b\nrename:\n  - { from: x, to: y }\n',
  );
});

it.each(['delete: a\n', 'delete: [\n'])('refuses %j', (text) => {
  expect(() => addDeletions(text, ['b'])).toThrow(/malformed/);
});
