import type { DeploymentNode } from '../deployment.ts';
import type { Draft } from '../draft.ts';
import type { DeploymentDraft } from './check.ts';

/** The node that is the hub’s, or is most likely meant to be: named so and marked so, named so, or marked so. */
export function hubOf(nodes: DeploymentDraft['nodes']): number | undefined {
  let best: { index: number; likelihood: number } | undefined;
  for (const [index, node] of (nodes ?? []).entries()) {
    const likelihood = node === undefined ? 0 : likelihoodOf(node);
    if (likelihood > (best?.likelihood ?? 0)) best = { index, likelihood };
  }
  return best?.index;
}

function likelihoodOf({ name, is_hub, node_policy }: Draft<DeploymentNode>): number {
  if (name === 'hub') return is_hub === true ? 4 : 3;
  if (is_hub === true) return 2;
  return node_policy === 'hub' ? 1 : 0;
}
