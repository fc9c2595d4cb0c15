import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cyclicNodes, type DependencyGraph, reverse, runInDependencyOrder } from './dependency-graph.ts';

/** Any graph without cycles: node i may need nodes below i. */
const acyclic = fc
  .array(fc.array(fc.nat(50), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows): DependencyGraph => {
    const needs = (row: number[], node: number): Set<string> =>
      new Set(node === 0 ? [] : row.map((needed) => String(needed % node)));
    return new Map(rows.map((row, node) => [String(node), needs(row, node)]));
  });

describe('running in dependency order', () => {
  it('starts every node exactly once, after everything it needs has finished', async () => {
    await fc.assert(
      fc.asyncProperty(acyclic, async (graph) => {
        const finished: string[] = [];
        const succeeded = await runInDependencyOrder(
          graph,
          async (node) => {
            expect(finished).toEqual(expect.arrayContaining([...(graph.get(node) ?? [])]));
            await Promise.resolve();
            finished.push(node);
            return true;
          },
          { stopAtFailure: true },
        );
        expect(succeeded).toBe(true);
        expect([...finished].sort()).toEqual([...graph.keys()].sort());
      }),
    );
  });

  it('never starts a node that needs a failed one, directly or not', async () => {
    await fc.assert(
      fc.asyncProperty(acyclic, fc.nat(29), async (graph, failing) => {
        const bad = String(failing % graph.size);
        const started: string[] = [];
        await runInDependencyOrder(
          graph,
          async (node) => {
            started.push(node);
            return node !== bad;
          },
          { stopAtFailure: false },
        );
        const blocked = new Set([bad]);
        for (const [node, needs] of graph) if ([...needs].some((needed) => blocked.has(needed))) blocked.add(node);
        const expected = [...graph.keys()].filter((node) => !blocked.has(node) || node === bad);
        expect([...started].sort()).toEqual(expected.sort());
      }),
    );
  });

  it('starts independent nodes at the same time', async () => {
    const graph: DependencyGraph = new Map([
      ['a', new Set()],
      ['b', new Set()],
    ]);
    let running = 0;
    let most = 0;
    await runInDependencyOrder(
      graph,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        return true;
      },
      { stopAtFailure: true },
    );
    expect(most).toBe(2);
  });

  it('passes on what the work throws', async () => {
    const graph: DependencyGraph = new Map([['a', new Set()]]);
    const work = async (): Promise<boolean> => {
      throw new Error('closing');
    };
    await expect(runInDependencyOrder(graph, work, { stopAtFailure: false })).rejects.toThrow('closing');
  });
});

describe('the graph itself', () => {
  it('finds exactly the nodes of a cycle', () => {
    const graph: DependencyGraph = new Map([
      ['before', new Set<string>()],
      ['a', new Set(['b', 'before'])],
      ['b', new Set(['a'])],
      ['after', new Set(['a'])],
    ]);
    expect(cyclicNodes(graph)).toEqual(['a', 'b']);
  });

  it('has no cycle by construction, and neither has its reverse', () => {
    fc.assert(
      fc.property(acyclic, (graph) => {
        expect(cyclicNodes(graph)).toEqual([]);
        expect(cyclicNodes(reverse(graph))).toEqual([]);
        expect(new Map([...reverse(reverse(graph))])).toEqual(new Map([...graph]));
      }),
    );
  });
});
