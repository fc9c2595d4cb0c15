import { describe, expect, it } from 'vitest';
import { affectedDeployments } from './affected-deployments.ts';

const names = (list: { name: string }[]): string[] => list.map(({ name }) => name);

describe('affectedDeployments', () => {
  it('takes the folders that changed, by exact name', () => {
    const { present, removed } = affectedDeployments(['sar', 'sar-test'], ['deployments/sar-test/opensarlab.yaml']);
    expect(names(present)).toEqual(['sar-test']);
    expect(removed).toEqual([]);
  });

  it('takes all when something shared changed, and says what', () => {
    const { present } = affectedDeployments(['a', 'b'], ['cluster/versions.yaml']);
    expect(present).toEqual([
      { name: 'a', reason: 'cluster/ changed' },
      { name: 'b', reason: 'cluster/ changed' },
    ]);
  });

  it('takes none for other files, and never a draft', () => {
    expect(affectedDeployments(['a', '_draft'], ['README.md', 'deployments/_draft/opensarlab.yaml']).present).toEqual(
      [],
    );
    expect(names(affectedDeployments(['a', '_draft'], ['images/x/Dockerfile']).present)).toEqual(['a']);
  });

  it('finds removed folders, even beside a shared change', () => {
    const { present, removed } = affectedDeployments(['a'], ['deployments/gone/opensarlab.yaml', 'cluster/x']);
    expect(names(present)).toEqual(['a']);
    expect(names(removed)).toEqual(['gone']);
  });

  it('takes all and removes none when there is nothing to compare with', () => {
    const { present, removed } = affectedDeployments(['b', 'a'], undefined);
    expect(names(present)).toEqual(['a', 'b']);
    expect(removed).toEqual([]);
  });
});
