import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../setup/install.mjs';
import { edited, readRecipes, type Step } from './read-recipes.ts';

const block = (sentence: string, text: string) => `${sentence}\n\n\`\`\`ts\n${text}\n\`\`\`\n\n`;

describe('readRecipes', () => {
  it('takes each block with the sentence in front of it, in recipes only', () => {
    const page = [
      '# Page\n\n',
      block('Anything:', 'left out'),
      '## Recipe: a field\n\n',
      block('First a file. Make `a.ts`:', 'one'),
      block('In `b.ts`, after `two`:', 'three'),
      block('In `b.ts`, in place of `four`:', 'five'),
      block('Run, and see it fail with `six`:', 'npm test -- a\nnpm test -- b'),
      block('Run, and see it pass:', 'npm test -- a'),
      '## Other\n\n',
      block('Anything:', 'left out'),
    ].join('');
    expect(readRecipes(page)).toEqual([
      {
        title: 'a field',
        steps: [
          { kind: 'make', path: 'a.ts', text: 'one\n' },
          { kind: 'insert', path: 'b.ts', where: 'after', anchor: 'two', text: 'three\n' },
          { kind: 'replace', path: 'b.ts', anchor: 'four', text: 'five\n' },
          { kind: 'run', command: 'npm test -- a', outcome: { fails: 'six' } },
          { kind: 'run', command: 'npm test -- b', outcome: { fails: 'six' } },
          { kind: 'run', command: 'npm test -- a', outcome: 'passes' },
        ],
      },
    ]);
  });

  it('refuses a block of which nothing says what to do with it', () => {
    expect(() => readRecipes(`## Recipe: x\n\n${block('For example:', 'y')}`)).toThrow('For example:');
  });
});

describe('edited', () => {
  const insert = (where: 'after' | 'before'): Step & { kind: 'insert' } => {
    return { kind: 'insert', path: 'f', where, anchor: 'b', text: 'new\n' };
  };

  it('puts lines beside the one that is named, or in its place', () => {
    expect(edited('a\nb\nc\n', insert('after'))).toBe('a\nb\nnew\nc\n');
    expect(edited('a\nb\nc\n', insert('before'))).toBe('a\nnew\nb\nc\n');
    expect(edited('a\nb\nc\n', { kind: 'replace', path: 'f', anchor: 'b', text: 'new\n' })).toBe('a\nnew\nc\n');
  });

  it('refuses a line that is not there or not alone, and a file that is there or not', () => {
    expect(() => edited('a\n', insert('after'))).toThrow('f has 0 lines with b');
    expect(() => edited('b\nb\n', insert('after'))).toThrow('f has 2 lines with b');
    expect(() => edited(undefined, insert('after'))).toThrow('There is no f.');
    expect(() => edited('', { kind: 'make', path: 'f', text: '' })).toThrow('f is there already.');
  });
});

// `npm run check:recipes` runs them; what is renamed is noticed here at once.
describe('CONTRIBUTING.md', () => {
  const recipes = readRecipes(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));

  it('has five recipes, each red at first and green in the end', () => {
    const outcomes = recipes.map(({ steps }) => steps.flatMap((step) => (step.kind === 'run' ? [step.outcome] : [])));
    expect(outcomes.length).toBe(5);
    for (const each of outcomes) {
      expect(each.some((outcome) => outcome !== 'passes')).toBe(true);
      expect(each.at(-1)).toBe('passes');
    }
  });

  it.each(recipes)('$title finds every line that it names', ({ steps }) => {
    const texts = new Map<string, string>();
    for (const step of steps) {
      if (step.kind === 'run') continue;
      const { path } = step;
      const before = step.kind === 'make' ? undefined : (texts.get(path) ?? readFileSync(join(root, path), 'utf8'));
      texts.set(path, edited(before, step));
    }
    expect(texts.size).toBeGreaterThan(1);
  });
});
