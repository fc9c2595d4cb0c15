import { describe, expect, it } from 'vitest';
import { exampleWith } from '../../../../test/fixtures/example-deployment.ts';
import { readDeployment } from '../read-deployment.ts';
import { tagNames } from '../test/tag-names.ts';

/** What the checks say about a ref that is declared for the cluster's repository. */
function findingsOf(ref: string): string[] {
  const source = `sources: {cluster: {url: "https://a.example.org/b", ref: ${JSON.stringify(ref)}}}`;
  const text = exampleWith(['retain:', `${source}\nretain:`]);
  const { diagnostics } = readDeployment({ file: 'deployments/example/opensarlab.yaml', name: 'example', text });
  return diagnostics.filter(({ path }) => path.startsWith('/sources')).map(({ code }) => code);
}

// `git check-ref-format refs/tags/…` takes the names of the first list and refuses those of the second (Git 2.39).
const taken = ['v2.0', ...tagNames, 'refs/tags/main', 'refs/tags/HEAD', 'refs/tags/refs/tags/x', 'y'.repeat(4_000)];
const refused = [
  'a@{b',
  '.a',
  'a/.b',
  'a.',
  'a..b',
  'a.lock',
  'a.lock/b',
  'a b',
  'a~',
  'a^',
  'a:',
  'a?',
  'a*',
  'a[',
  'a\\',
  'a//b',
  '/a',
  'a/',
  'a\tb',
  'a\u007f',
  '',
];

describe('a ref of a source', () => {
  it.each(taken)('%j is taken', (ref) => expect(findingsOf(ref)).toEqual([]));
  it.each(refused)('%j is refused', (ref) => expect(findingsOf(ref)).not.toEqual([]));
  it.each(['a\u202eb', 'a\u200bb', 'x\u2028y'])('%j has invisible characters, and is refused', (ref) =>
    expect(findingsOf(ref)).not.toEqual([]),
  );
  it.each(['main', 'HEAD', 'refs/heads/x', 'latest', 'refs/tags/latest'])('%s moves', (ref) =>
    expect(findingsOf(ref)).toEqual(['OSL147']),
  );
});
