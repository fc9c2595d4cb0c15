import type { EventsConfig } from '@actions/workflow-parser/model/workflow-template';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import type { Changes } from './changed-files.ts';
import { payloadText } from './event-payload.ts';
import { matchesFilter } from './filter-pattern.ts';

const AVAILABLE: readonly WorkflowEvent['name'][] = [
  ...([
    'push',
    'pull_request',
    'pull_request_target',
    'issues',
    'workflow_dispatch',
    'repository_dispatch',
    'schedule',
    'merge_group',
  ] as const),
];

/** Events the sandbox's GitHub never emits; a workflow on them alone would silently never run. */
export function unavailableTriggers(triggers: EventsConfig): string[] {
  const available = new Set<string>(AVAILABLE);
  return Object.keys(triggers).filter((name) => !available.has(name));
}

/** Activity types that start a workflow when `types` is absent (events that trigger workflows, `pull_request` and `pull_request_target`). */
const PULL_REQUEST_TYPES = ['opened', 'synchronize', 'reopened'];

type Filters = { [name: string]: readonly string[] | undefined };

/**
 * Does the event start a workflow with these triggers?
 * Rules: docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 * @param path the workflow file; a manual start names the one it is for
 * @param changes the changed paths; asked for only when a filter needs them
 */
export async function isTriggered(
  triggers: EventsConfig,
  path: string,
  event: WorkflowEvent,
  changes: () => Promise<Changes>,
): Promise<boolean> {
  if (!(event.name in triggers)) return false;
  switch (event.name) {
    case 'push':
      return isTriggeredByPush(readFilters(triggers.push), event, changes);
    case 'pull_request':
    case 'pull_request_target':
      return isTriggeredByPullRequest(readFilters(triggers[event.name]), event, changes);
    case 'issues':
    case 'merge_group':
    case 'repository_dispatch':
      return hasType(readFilters(triggers[event.name]), event, undefined);
    case 'workflow_dispatch':
      return isMeant(path, payloadText(event.payload, 'workflow'));
    case 'schedule':
      return isScheduled(triggers, payloadText(event.payload, 'schedule'));
  }
}

async function isTriggeredByPush(
  filters: Filters,
  event: WorkflowEvent,
  changes: () => Promise<Changes>,
): Promise<boolean> {
  if (/^0+$/.test(event.sha)) return false;
  const tag = event.ref.startsWith('refs/tags/');
  const [mine, other] = tag ? (['tags', 'branches'] as const) : (['branches', 'tags'] as const);
  const name = event.ref.replace(/^refs\/(heads|tags)\//, '');
  const hasMine = filters[mine] !== undefined || filters[`${mine}-ignore`] !== undefined;
  const hasOther = filters[other] !== undefined || filters[`${other}-ignore`] !== undefined;
  // "If you define only tags or only branches, the workflow won't run for events affecting the undefined Git ref."
  if (!hasMine && hasOther) return false;
  if (!passes(filters[mine], filters[`${mine}-ignore`], name)) return false;
  // "Path filters are not evaluated for pushes of tags."
  return tag || passesPaths(filters, changes);
}

async function isTriggeredByPullRequest(
  filters: Filters,
  event: WorkflowEvent,
  changes: () => Promise<Changes>,
): Promise<boolean> {
  if (!hasType(filters, event, PULL_REQUEST_TYPES)) return false;
  if (!passes(filters['branches'], filters['branches-ignore'], event.baseRef ?? '')) return false;
  return passesPaths(filters, changes);
}

function hasType(filters: Filters, event: WorkflowEvent, defaults: readonly string[] | undefined): boolean {
  const types = filters['types'] ?? defaults;
  return types === undefined || types.includes(event.action ?? '');
}

function passes(only: readonly string[] | undefined, ignored: readonly string[] | undefined, name: string): boolean {
  if (only) return matchesFilter(only, name);
  return !ignored || !matchesFilter(ignored, name);
}

async function passesPaths(filters: Filters, changes: () => Promise<Changes>): Promise<boolean> {
  const only = filters['paths'];
  const ignored = filters['paths-ignore'];
  if (!only && !ignored) return true;
  const changed = await changes();
  if (changed.kind === 'unknown') return true;
  return changed.paths.some((path) => (only ? matchesFilter(only, path) : !matchesFilter(ignored ?? [], path)));
}

/** "Run workflow" names a workflow by its path or its file name. */
function isMeant(path: string, named: string): boolean {
  return path === named || path.endsWith(`/${named}`);
}

function isScheduled(triggers: EventsConfig, cron: string): boolean {
  return (triggers.schedule ?? []).some((entry) => cron === '' || entry.cron === cron);
}

function readFilters(config: unknown): Filters {
  if (typeof config !== 'object' || config === null) return {};
  return Object.fromEntries(
    Object.entries(config).filter((entry): entry is [string, string[]] => Array.isArray(entry[1])),
  );
}
