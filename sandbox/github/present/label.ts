import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl } from './repository.ts';

/** `label` of GitHub's description. */
export function presentLabel(state: GitHubState, repository: Repository, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(state, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    description: label.description ?? null,
    default: false,
  };
}
