import { type DeploymentDraft, entriesOf } from './check.ts';

/** The node that is the hub’s, or is most likely meant to be: named so and marked so, named so, or marked so. */
export function hubOf(nodes: DeploymentDraft['nodes']): number | undefined {
  const entries = entriesOf(nodes);
  const found =
    entries.find(({ entry }) => entry.name === 'hub' && entry.is_hub === true) ??
    entries.find(({ entry }) => entry.name === 'hub') ??
    entries.find(({ entry }) => entry.is_hub === true) ??
    entries.find(({ entry }) => entry.node_policy === 'hub');
  return found?.index;
}
