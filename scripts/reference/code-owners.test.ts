import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../setup/install.mjs';
import { codeOwnersFile, contradictions, renderCodeOwners } from './code-owners.ts';
import { declaredDeployments } from './generate.ts';

function linesOf(...owners: (string | undefined)[]): string[] {
  const labs = owners.map((owner, index) => ({ name: `lab-${index}`, ...(owner === undefined ? {} : { owner }) }));
  return renderCodeOwners(labs).trimEnd().split('\n').slice(2);
}

describe('renderCodeOwners', () => {
  it('has the folder of each lab with whom GitHub can ask', () => {
    expect(linesOf('@example/sar-team', '@jdoe', 'jdoe@example.org')).toEqual([
      '/deployments/lab-0/ @example/sar-team',
      '/deployments/lab-1/ @jdoe',
      '/deployments/lab-2/ jdoe@example.org',
    ]);
  });

  it('says nothing of a lab without owner, and only remarks on an owner whom GitHub would skip', () => {
    expect(linesOf(undefined, 'sar-team', '@a/b/c', '@')).toEqual([
      '# lab-1: sar-team is nobody whom GitHub can ask.',
      '# lab-2: @a/b/c is nobody whom GitHub can ask.',
      '# lab-3: @ is nobody whom GitHub can ask.',
    ]);
  });

  it('is sorted, whatever the order of the folders', () => {
    const labs = [
      { name: 'b', owner: '@b' },
      { name: 'a', owner: '@a' },
    ];
    expect(renderCodeOwners(labs)).toBe(renderCodeOwners(labs.toReversed()));
  });
});

describe('contradictions', () => {
  const file = renderCodeOwners([{ name: 'sar', owner: '@old' }]);

  it.each([
    ['another owner', [{ name: 'sar', owner: '@new' }], ['sar']],
    ['no owner any more', [{ name: 'sar' }], ['sar']],
    ['the same owner', [{ name: 'sar', owner: '@old' }], []],
    ['a lab without a line yet', [{ name: 'new', owner: '@new' }], []],
    ['a lab that is gone', [], []],
  ])('%s', (_, labs, found) => {
    expect(contradictions(file, labs)).toEqual(found);
  });
});

describe(codeOwnersFile, () => {
  it('asks nobody who does not own the lab any more (`npm run reference` when this fails)', async () => {
    expect(contradictions(readFileSync(join(root, codeOwnersFile), 'utf8'), await declaredDeployments())).toEqual([]);
  });
});
