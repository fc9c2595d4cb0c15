/** For each node the nodes it needs first; every needed node is itself a key. */
export type DependencyGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** The nodes that lie on a cycle or between cycles; empty when the graph can be ordered. */
export function cyclicNodes(graph: DependencyGraph): string[] {
  return peel(peel(graph), true);

  /** Repeatedly removes nodes without open dependencies (or, reversed, without open dependents). */
  function peel(of: DependencyGraph | string[], reversed = false): string[] {
    const nodes = new Set(Array.isArray(of) ? of : of.keys());
    const edges = reversed ? reverse(graph) : graph;
    for (let removed = true; removed; ) {
      const free = [...nodes].filter((node) => ![...(edges.get(node) ?? [])].some((needed) => nodes.has(needed)));
      for (const node of free) nodes.delete(node);
      removed = free.length > 0;
    }
    return [...nodes];
  }
}

/** The same graph with every edge turned: what must go before a node can be deleted. */
export function reverse(graph: DependencyGraph): DependencyGraph {
  const reversed = new Map<string, Set<string>>([...graph.keys()].map((node) => [node, new Set()]));
  for (const [node, needs] of graph) for (const needed of needs) reversed.get(needed)?.add(node);
  return reversed;
}

/**
 * Runs one piece of work per node, each as soon as everything it needs has succeeded, all others at the same time.
 *
 * @param work resolves to false when the node failed; what needs it is then not started
 * @param options.stopAtFailure start nothing at all once a node has failed
 * @returns whether every node succeeded
 * @throws whatever `work` throws, and never resolves for a graph with a cycle
 */
export async function runInDependencyOrder(
  graph: DependencyGraph,
  work: (node: string) => Promise<boolean>,
  options: { stopAtFailure: boolean },
): Promise<boolean> {
  let failed = false;
  const runs = new Map<string, Promise<boolean>>();
  const start = async (node: string): Promise<boolean> => {
    const needed = await Promise.all([...(graph.get(node) ?? [])].map(run));
    if (needed.includes(false) || (options.stopAtFailure && failed)) return false;
    const succeeded = await work(node);
    failed ||= !succeeded;
    return succeeded;
  };
  const run = (node: string): Promise<boolean> => {
    const started = runs.get(node) ?? start(node);
    runs.set(node, started);
    return started;
  };
  const results = await Promise.all([...graph.keys()].map(run));
  return !results.includes(false);
}
