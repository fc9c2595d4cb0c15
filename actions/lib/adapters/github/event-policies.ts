import { Failure } from '../../failure.ts';
import type { EventPolicy, RepositorySettings } from '../../ports/repository-settings.ts';
import { askGitHub, createOnce, type GitHubConnection, orUndefined } from './connection.ts';

/**
 * `/repos/{owner}/{repo}/actions/policies` is in GitHub's documentation (docs.github.com/en/rest/actions/policies, since
 * 2026-09-17) and not in its OpenAPI description (23.0.2), so its answers have no types: they are read with care.
 */
const route = '/repos/{owner}/{repo}/actions/policies';

/** Rules by type; only the one on events is read, all are sent back as they came. */
type Rule = { type: string; parameters?: { allowed_events?: unknown } };

/** An event policy with its rules. */
type FoundPolicy = EventPolicy & { rules: readonly Rule[] };

/** Policies on what may start workflows. */
export function eventPolicySettings(
  github: GitHubConnection,
): Pick<RepositorySettings, 'eventPolicies' | 'allowEvents'> {
  const { octokit, owner, repo } = github;
  const list = async (): Promise<FoundPolicy[] | undefined> => {
    const found = await orUndefined('list the Actions policies', () =>
      octokit.paginate(`GET ${route}`, { owner, repo, per_page: 100, has_parents: true }),
    );
    return found?.map(readPolicy);
  };
  return {
    eventPolicies: list,
    async allowEvents(name, workflows, events) {
      const own = ({ source, name: found }: EventPolicy): boolean => source.type === 'Repository' && found === name;
      const find = async (): Promise<FoundPolicy | undefined> => (await list())?.find(own);
      const existing = await find();
      const body = { owner, repo, name, enforcement: 'active', ...bodyOf(existing, workflows, events) };
      await askGitHub('set the Actions policy', async () => {
        if (existing !== undefined)
          await octokit.request(`PUT ${route}/{policy_id}`, { ...body, policy_id: existing.id });
        else
          await createOnce(github, { find, create: async () => void (await octokit.request(`POST ${route}`, body)) });
      });
    },
  };
}

/** Adds to what the policy has; its other rules stay. A policy for every workflow keeps its reach. */
function bodyOf(existing: FoundPolicy | undefined, workflows: readonly string[], events: readonly string[]) {
  const { include = [], exclude = [] } = existing?.workflows ?? {};
  const others = (existing?.rules ?? []).filter(({ type }) => type !== 'restrict_action_events');
  const allowed = [...new Set([...(existing?.events ?? []), ...events])];
  const reach = existing !== undefined && existing.workflows === undefined;
  return {
    ...(reach
      ? {}
      : {
          conditions: {
            workflow_path: {
              include: include.includes('~ALL') ? include : [...new Set([...include, ...workflows])],
              exclude: exclude.filter((path) => !workflows.includes(path)),
            },
          },
        }),
    rules: [...others, { type: 'restrict_action_events', parameters: { allowed_events: allowed } }],
  };
}

function readPolicy(answer: unknown): FoundPolicy {
  const policy = asObject(answer);
  const rules = Array.isArray(policy['rules']) ? policy['rules'].map(readRule) : [];
  const lists = rules
    .filter(({ type }) => type === 'restrict_action_events')
    .map(({ parameters }) => texts(parameters?.allowed_events));
  const paths = asObject(policy['conditions'] ?? {})['workflow_path'];
  const { id, name, source_type: type, source, enforcement } = policy;
  if (typeof id !== 'number' || typeof name !== 'string' || typeof enforcement !== 'string') throw unreadable();
  return {
    id,
    name,
    source: { type: String(type), name: String(source) },
    active: enforcement === 'active',
    workflows: paths === undefined ? undefined : readPaths(asObject(paths)),
    // Of several lists an event must be in each.
    events: lists.length === 0 ? undefined : lists.reduce((one, two) => one.filter((event) => two.includes(event))),
    rules,
  };
}

function readPaths(paths: Record<string, unknown>): { include: string[]; exclude: string[] } {
  return { include: texts(paths['include']), exclude: texts(paths['exclude']) };
}

function readRule(answer: unknown): Rule {
  const rule = asObject(answer);
  if (typeof rule['type'] !== 'string') throw unreadable();
  return { ...rule, type: rule['type'] };
}

function texts(value: unknown): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw unreadable();
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw unreadable();
}

function unreadable(): Failure {
  return new Failure({
    code: 'GitHubAnswer',
    source: 'github',
    message: 'GitHub’s list of Actions policies has another form than its documentation says.',
    hint: 'Look at Settings › Actions › Policies by hand; see docs.github.com/en/rest/actions/policies.',
  });
}
