import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDeployments,
  type DeploymentTrees,
  type FolderEntry,
  removalDiagnostics,
} from './removed-deployments.ts';

const folder = (name: string, id = `tree-${name}`): FolderEntry => ({ name, mode: '040000', id });
const file = (name: string, id = `blob-${name}`): FolderEntry => ({ name, mode: '100644', id });

/** A repository with a README and these entries below `deployments`; every folder declares, unless it says otherwise. */
function trees(
  entries: readonly FolderEntry[],
  declarations: Record<string, FolderEntry | null> = {},
): DeploymentTrees {
  const found = entries.flatMap(({ name, mode, id }): [string, FolderEntry][] => {
    const own = declarations[name];
    if (mode !== '040000' || own === null) return [];
    return [[name, own ?? file('opensarlab.yaml', `declaration of ${id}`)]];
  });
  const root = [
    file('README.md'),
    ...(entries.length === 0 ? [] : [folder('deployments', entries.map(({ id }) => id).join())]),
  ];
  return { root, deployments: entries, declarations: new Map(found) };
}

const before = trees([folder('_example'), folder('sar'), folder('sar-test')]);

describe('compareDeployments', () => {
  it.each<[string, DeploymentTrees, string]>([
    ['removed', trees([folder('_example'), folder('sar-test')]), 'is removed'],
    [
      'renamed',
      trees([folder('_example'), folder('other', 'tree-sar'), folder('sar-test')]),
      'is renamed to deployments/other',
    ],
    [
      'renamed and changed to a draft',
      trees([folder('_example'), folder('_sar', 'new'), folder('sar-test')]),
      'is renamed to deployments/_sar',
    ],
    [
      'renamed by case alone',
      trees([folder('SAR', 'new'), folder('_example'), folder('sar-test')]),
      'is renamed to deployments/SAR',
    ],
    [
      'a link',
      trees([folder('_example'), { name: 'sar', mode: '120000', id: 'l' }, folder('sar-test')]),
      'is a link in place of a folder',
    ],
    ['a file', trees([folder('_example'), file('sar'), folder('sar-test')]), 'is a file in place of a folder'],
    [
      'a submodule',
      trees([folder('_example'), { name: 'sar', mode: '160000', id: 'c' }, folder('sar-test')]),
      'is a submodule in place of a folder',
    ],
    [
      'emptied',
      trees([folder('_example'), folder('sar', 'new'), folder('sar-test')], { sar: null }),
      'has no opensarlab.yaml any more',
    ],
    [
      'a linked declaration',
      trees([folder('_example'), folder('sar', 'new'), folder('sar-test')], {
        sar: { name: 'opensarlab.yaml', mode: '120000', id: 'l' },
      }),
      'has a link in place of opensarlab.yaml',
    ],
    [
      'a folder as declaration',
      trees([folder('_example'), folder('sar', 'new'), folder('sar-test')], { sar: folder('opensarlab.yaml') }),
      'has a folder in place of opensarlab.yaml',
    ],
  ])('finds a folder that is %s', (_, after, how) => {
    expect(compareDeployments(before, after).removed).toEqual([{ name: 'sar', how }]);
  });

  it('finds all when deployments itself is shadowed', () => {
    const after = { ...trees([]), root: [file('README.md'), { name: 'deployments', mode: '120000', id: 'l' }] };
    expect(compareDeployments(before, after).removed).toEqual([
      { name: 'sar', how: 'is gone: deployments is a link' },
      { name: 'sar-test', how: 'is gone: deployments is a link' },
    ]);
    expect(compareDeployments(before, after).wholeRemoval).toBeUndefined();
  });

  it('has nothing against changes, new deployments and drafts that go', () => {
    const after = trees([folder('new'), folder('sar', 'changed'), folder('sar-test')]);
    expect(compareDeployments(before, after)).toEqual({ removed: [], wholeRemoval: undefined });
  });

  it('sees one whole folder gone and nothing else, also the last one', () => {
    expect(compareDeployments(before, trees([folder('_example'), folder('sar-test')])).wholeRemoval).toBe('sar');
    expect(compareDeployments(trees([folder('sar')]), trees([])).wholeRemoval).toBe('sar');
  });

  it.each<[string, DeploymentTrees]>([
    ['two folders', trees([folder('_example')])],
    ['another folder changed', trees([folder('_example'), folder('sar-test', 'changed')])],
    ['another folder added', trees([folder('_example'), folder('new'), folder('sar-test')])],
    ['a draft too', trees([folder('sar-test')])],
    [
      'a file beside',
      {
        ...trees([folder('_example'), folder('sar-test')]),
        root: [file('README.md', 'changed'), folder('deployments', 'x')],
      },
    ],
    [
      'a file of the root too',
      { ...trees([folder('_example'), folder('sar-test')]), root: [folder('deployments', 'x')] },
    ],
    ['part of the folder', trees([folder('_example'), folder('sar', 'less'), folder('sar-test')], { sar: null })],
    [
      'only a mode beside',
      {
        ...trees([folder('_example'), folder('sar-test')]),
        root: [{ ...file('README.md'), mode: '100755' }, folder('deployments', 'x')],
      },
    ],
  ])('sees no whole removal in %s', (_, after) => {
    expect(compareDeployments(before, after).wholeRemoval).toBeUndefined();
  });

  it('takes no draft and no folder without a declaration for a teardown', () => {
    expect(compareDeployments(before, trees([folder('sar'), folder('sar-test')]))).toEqual({
      removed: [],
      wholeRemoval: undefined,
    });
    const undeclared = trees([folder('sar'), folder('sar-test')], { sar: null });
    expect(compareDeployments(undeclared, trees([folder('sar-test')]))).toEqual({
      removed: [],
      wholeRemoval: undefined,
    });
  });

  it('never calls it whole when anything else differs, whatever is there', () => {
    const entries = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', '_e', 'sar'), { minLength: 1 });
    const repository = fc.tuple(entries, fc.constantFrom('1', '2'), fc.constantFrom('x', 'y'));
    fc.assert(
      fc.property(repository, repository, ([old, oldReadme, oldId], [now, readme, id]) => {
        const build = (names: string[], text: string, tree: string): DeploymentTrees => {
          const all = trees(names.sort().map((name) => folder(name, name === 'd' ? tree : name)));
          return { ...all, root: [file('README.md', text), ...all.root.slice(1)] };
        };
        const { wholeRemoval, removed } = compareDeployments(build(old, oldReadme, oldId), build(now, readme, id));
        const gone = old.filter((name) => !now.includes(name));
        const isExact =
          gone.length === 1 &&
          now.every((name) => old.includes(name)) &&
          oldReadme === readme &&
          (oldId === id || !now.includes('d') || !old.includes('d'));
        const [only] = gone;
        expect(wholeRemoval).toBe(isExact && only !== '_e' ? only : undefined);
        expect(removed.map(({ name }) => name)).toEqual(gone.filter((name) => name !== '_e').sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe('removalDiagnostics', () => {
  const whole = compareDeployments(before, trees([folder('_example'), folder('sar-test')]));
  const two = compareDeployments(before, trees([folder('_example')]));

  it('refuses a removal at its line and says how to do it right', () => {
    expect(removalDiagnostics(whole, ['bug'])).toMatchObject([
      {
        code: 'OSL307',
        severity: 'error',
        file: 'deployments/sar/opensarlab.yaml',
        line: 1,
        hint: expect.stringContaining('put the label destroy on this pull request'),
      },
    ]);
    expect(removalDiagnostics(two, []).map(({ file: path }) => path)).toEqual([
      'deployments/sar/opensarlab.yaml',
      'deployments/sar-test/opensarlab.yaml',
    ]);
  });

  it('lets a labelled teardown pass, and nothing more than that', () => {
    expect(removalDiagnostics(whole, ['Destroy'])).toEqual([]);
    expect(removalDiagnostics(two, ['destroy'])).toHaveLength(2);
    expect(removalDiagnostics(two, ['destroy'])[0]?.hint).toContain('removes several deployments');
    expect(removalDiagnostics({ ...whole, conflicts: true }, ['destroy'])[0]?.hint).toContain('up to date');
    const renamed = compareDeployments(before, trees([folder('_example'), folder('_sar', 'new'), folder('sar-test')]));
    expect(removalDiagnostics(renamed, ['destroy'])).toHaveLength(1);
  });
});
