import type { EventPolicy, RepositorySettings } from '../ports/repository-settings.ts';
import type { RepositoryTier } from './repository-tier.ts';
import { type Finding, onlyByHand, type Setting } from './setting.ts';
import type { Workflows } from './workflow-triggers.ts';

/** The workflows that must see every pull request with the code of `main`, and what starts them unless they say more. */
const privileged = ['.github/workflows/plan.yml', '.github/workflows/teardown.yml'] as const;
const usualEvents = ['pull_request_target', 'workflow_dispatch'] as const;

/** Name of the repository's own policy. */
const policyName = 'opensarlab: plan and teardown';

/** An event that cannot start a workflow, and the policy in the way; undefined: GitHub's default. */
type Obstacle = { workflow: string; event: string; policy: EventPolicy | undefined };

/**
 * Since November 2026 GitHub blocks `pull_request_target` in public repositories that have no event policy
 * (docs.github.com/en/actions/reference/security/securely-using-pull_request_target). A policy is a list of allowed
 * events: every active one that names the workflow must have the event (docs.github.com/en/rest/actions/policies).
 */
export function eventPolicySetting(settings: RepositorySettings, tier: RepositoryTier, workflows: Workflows): Setting {
  const needs = async () => {
    const known = await workflows();
    return privileged.map((path) => ({
      path,
      events: known.find((each) => each.path === path)?.events ?? usualEvents,
    }));
  };
  const obstacles = async (): Promise<Obstacle[] | undefined> => {
    const policies = await settings.eventPolicies();
    return policies === undefined ? undefined : obstaclesOf(await needs(), policies, tier);
  };
  return {
    key: 'actions.events',
    title: 'Settings › Actions › Policies',
    wanted: `an event policy that lets ${usualEvents[0]} start plan.yml and teardown.yml`,
    needed: true,
    risk: 'GitHub fails every run of plan and teardown: no pull request gets a plan, so nothing can be approved. Nothing becomes unsafe.',
    remedy: `Add a policy under Settings › Actions › Policies for ${privileged.join(' and ')} that allows ${usualEvents.join(', ')}.`,
    look: async () => findingOf(await obstacles(), tier),
    async set() {
      const foreign = (await obstacles())?.find(({ policy }) => policy !== undefined && !isOurs(policy));
      if (foreign?.policy !== undefined) throw onlyByHand(sentenceOf(foreign));
      const events = new Set([...usualEvents, ...(await needs()).flatMap((need) => need.events)]);
      await settings.allowEvents(policyName, privileged, [...events]);
    },
  };
}

function findingOf(obstacles: Obstacle[] | undefined, tier: RepositoryTier): Finding {
  const isPublic = tier.visibility === 'public';
  if (obstacles === undefined) {
    const detail = 'GitHub shows its Actions policies to administrators only, or does not have them here.';
    return isPublic ? { kind: 'unknown', detail } : { kind: 'right', note: 'not needed in a private repository' };
  }
  const foreign = obstacles.find(({ policy }) => policy !== undefined && !isOurs(policy));
  const [obstacle] = foreign === undefined ? obstacles : [foreign];
  if (obstacle !== undefined)
    return { kind: foreign === undefined ? 'wrong' : 'differs', detail: sentenceOf(obstacle) };
  return isPublic ? { kind: 'right' } : { kind: 'right', note: 'not needed in a private repository' };
}

function sentenceOf({ workflow, event, policy }: Obstacle): string {
  const file = workflow.replace(/^.*\//, '');
  if (policy === undefined) return `GitHub’s default blocks ${event} of ${file} in public repositories.`;
  const whose = `${policy.source.type.toLowerCase()} ${policy.source.name}`;
  const who = isOurs(policy) ? '' : '; who made it must add it, a policy beside it does not help';
  return `The policy “${policy.name}” of ${whose} does not allow ${event} of ${file}${who}.`;
}

function isOurs({ name, source }: EventPolicy): boolean {
  return source.type === 'Repository' && name === policyName;
}

function obstaclesOf(
  needs: readonly { path: string; events: readonly string[] }[],
  policies: readonly EventPolicy[],
  tier: RepositoryTier,
): Obstacle[] {
  return needs.flatMap(({ path, events }) => {
    const lists = policies.filter((policy) => policy.active && policy.events !== undefined && concerns(policy, path));
    return events.flatMap((event): Obstacle[] => {
      const against = lists.filter((policy) => policy.events?.includes(event) === false);
      if (against.length > 0) return against.map((policy) => ({ workflow: path, event, policy }));
      const blocked = lists.length === 0 && tier.visibility === 'public' && event === 'pull_request_target';
      return blocked ? [{ workflow: path, event, policy: undefined }] : [];
    });
  });
}

function concerns({ workflows }: EventPolicy, path: string): boolean {
  if (workflows === undefined) return true;
  const { include, exclude } = workflows;
  const named = (pattern: string): boolean => pattern === '~ALL' || matchesPath(pattern, path);
  return (include.length === 0 || include.some(named)) && !exclude.some(named);
}

/**
 * fnmatch by folders, as rulesets have it: `*` and `?` within a name, `**` across folders. A pattern with other signs is
 * taken to match: then a policy is named too often, not too rarely.
 */
function matchesPath(pattern: string, path: string): boolean {
  if (/[[\]{}\\]/.test(pattern)) return true;
  return matchesParts(pattern.split('/'), path.split('/'), (part) => part === '**', matchesName);
}

function matchesName(pattern: string, name: string): boolean {
  const same = (sign: string, character: string): boolean => sign === '?' || sign === character;
  return matchesParts([...pattern], [...name], (sign) => sign === '*', same);
}

/** Keeps all places that can be reached, so that the time grows with the product of the lengths only. */
function matchesParts(
  pattern: readonly string[],
  items: readonly string[],
  anyNumber: (part: string) => boolean,
  matchesOne: (part: string, item: string) => boolean,
): boolean {
  let reachable = [true];
  for (const part of pattern) {
    const next: boolean[] = [];
    for (let at = 0; at <= items.length; at += 1) {
      const stays = reachable[at] === true || next[at - 1] === true;
      const moves = reachable[at - 1] === true && matchesOne(part, items[at - 1] ?? '');
      next.push(anyNumber(part) ? stays : moves);
    }
    reachable = next;
  }
  return reachable[items.length] === true;
}
