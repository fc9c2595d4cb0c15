import { parseDocument } from 'yaml';

/** What starts a workflow and which jobs it has. */
export type WorkflowTriggers = {
  path: string;
  events: string[];
  /** Events of pull requests that `paths` or `paths-ignore` narrow: then the checks are missing on other ones. */
  filtered: string[];
  /** The names under which its jobs report: `name`, else the key. */
  checks: string[];
};

/** The workflows of the default branch, read when first asked for. @throws Failure when GitHub does not show them */
export type Workflows = () => Promise<readonly WorkflowTriggers[]>;

/** Workflow files are ours, but a branch may hold any: nothing in them is followed more than this deep. */
const aliasLimit = 100;

/**
 * Reads triggers and jobs of a workflow file.
 * @returns undefined for a file that is no workflow
 */
export function triggersOf(path: string, text: string): WorkflowTriggers | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const workflow: unknown = document.toJS({ maxAliasCount: aliasLimit });
  if (!isObject(workflow)) return undefined;
  const triggers = workflow['on'];
  const events = eventsOf(triggers);
  const filtered = events.filter((event) => {
    const filter = isObject(triggers) ? triggers[event] : undefined;
    return event.startsWith('pull_request') && isObject(filter) && ('paths' in filter || 'paths-ignore' in filter);
  });
  const jobs = isObject(workflow['jobs']) ? Object.entries(workflow['jobs']) : [];
  const checks = jobs.map(([key, job]) => (isObject(job) && typeof job['name'] === 'string' ? job['name'] : key));
  return { path, events, filtered, checks };
}

/** `on: push`, `on: [push, …]`, `on: {push: …}` */
function eventsOf(triggers: unknown): string[] {
  if (typeof triggers === 'string') return [triggers];
  if (Array.isArray(triggers)) return triggers.filter((event) => typeof event === 'string');
  return isObject(triggers) ? Object.keys(triggers) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
