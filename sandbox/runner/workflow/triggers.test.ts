import type { EventsConfig } from '@actions/workflow-parser/model/workflow-template';
import { describe, expect, it } from 'vitest';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { isTriggered } from './triggers.ts';

const push = (ref: string, sha = 'a'.repeat(40)): WorkflowEvent => ({
  name: 'push',
  payload: {},
  repository: 'octo-org/lab',
  ref,
  sha,
  actor: { login: 'ada', id: 1 },
  causedByJobToken: false,
});
const pullRequest = (action: string, baseRef = 'main'): WorkflowEvent => ({
  ...push('refs/pull/1/merge'),
  name: 'pull_request',
  action,
  baseRef,
});
const decide = (triggers: EventsConfig, event: WorkflowEvent, changes: string[] = []): Promise<boolean> =>
  isTriggered(triggers, '.github/workflows/a.yml', event, async () => ({ kind: 'paths', paths: changes }));

describe('push', () => {
  it('filters branches and tags', async () => {
    expect(await decide({ push: { branches: ['main', 'release/**'] } }, push('refs/heads/release/1/2'))).toBe(true);
    expect(await decide({ push: { branches: ['main'] } }, push('refs/heads/other'))).toBe(false);
    expect(await decide({ push: { 'branches-ignore': ['main'] } }, push('refs/heads/other'))).toBe(true);
    expect(await decide({ push: { branches: ['**', '!main'] } }, push('refs/heads/main'))).toBe(false);
    expect(await decide({ push: { tags: ['v*'] } }, push('refs/tags/v1'))).toBe(true);
  });

  it('runs for no tag when only branches are named, and the other way round', async () => {
    expect(await decide({ push: { branches: ['**'] } }, push('refs/tags/v1'))).toBe(false);
    expect(await decide({ push: { tags: ['**'] } }, push('refs/heads/main'))).toBe(false);
    expect(await decide({ push: {} }, push('refs/tags/v1'))).toBe(true);
  });

  it('filters paths, but not of tags', async () => {
    const triggers = { push: { paths: ['deployments/**', '!**/*.md'] } };
    expect(await decide(triggers, push('refs/heads/main'), ['deployments/a/x.yaml'])).toBe(true);
    expect(await decide(triggers, push('refs/heads/main'), ['deployments/README.md', 'src/a.ts'])).toBe(false);
    expect(await decide(triggers, push('refs/tags/v1'), [])).toBe(true);
    const ignoring = { push: { 'paths-ignore': ['docs/**'] } };
    expect(await decide(ignoring, push('refs/heads/main'), ['docs/a.md'])).toBe(false);
    expect(await decide(ignoring, push('refs/heads/main'), ['docs/a.md', 'src/a.ts'])).toBe(true);
  });

  it('starts nothing when a branch is deleted', async () => {
    expect(await decide({ push: {} }, push('refs/heads/main', '0'.repeat(40)))).toBe(false);
  });
});

describe('pull_request', () => {
  it('runs for opened, synchronize and reopened unless types say otherwise', async () => {
    expect(await decide({ pull_request: {} }, pullRequest('synchronize'))).toBe(true);
    expect(await decide({ pull_request: {} }, pullRequest('labeled'))).toBe(false);
    expect(await decide({ pull_request: { types: ['labeled'] } }, pullRequest('labeled'))).toBe(true);
    expect(await decide({ pull_request: { types: ['labeled'] } }, pullRequest('opened'))).toBe(false);
  });

  it('filters the base branch', async () => {
    expect(await decide({ pull_request: { branches: ['main'] } }, pullRequest('opened'))).toBe(true);
    expect(await decide({ pull_request: { branches: ['main'] } }, pullRequest('opened', 'other'))).toBe(false);
  });
});

describe('pull_request_target', () => {
  it('has the types and filters of pull_request', async () => {
    const event = (action: string): WorkflowEvent => ({ ...pullRequest(action), name: 'pull_request_target' });
    const triggers = { pull_request_target: { branches: ['main'], paths: ['deployments/**'] } };
    expect(await decide(triggers, event('opened'), ['deployments/a/x.yaml'])).toBe(true);
    expect(await decide(triggers, event('opened'), ['README.md'])).toBe(false);
    expect(await decide(triggers, event('labeled'), ['deployments/a/x.yaml'])).toBe(false);
    expect(await decide({ pull_request: {} }, event('opened'))).toBe(false);
  });
});

describe('other events', () => {
  it('take every activity of issues, the named workflow, the named schedule', async () => {
    const other = (name: WorkflowEvent['name'], payload: WorkflowEvent['payload']): WorkflowEvent => ({
      ...push('refs/heads/main'),
      name,
      action: 'edited',
      payload,
    });
    expect(await decide({ issues: {} }, other('issues', {}))).toBe(true);
    expect(await decide({ issues: { types: ['opened'] } }, other('issues', {}))).toBe(false);
    const manual = (workflow: string): WorkflowEvent => other('workflow_dispatch', { workflow });
    expect(await decide({ workflow_dispatch: {} }, manual('.github/workflows/a.yml'))).toBe(true);
    expect(await decide({ workflow_dispatch: {} }, manual('a.yml'))).toBe(true);
    expect(await decide({ workflow_dispatch: {} }, manual('.github/workflows/b.yml'))).toBe(false);
    const schedule = [{ cron: '0 3 * * *' }];
    expect(await decide({ schedule }, other('schedule', { schedule: '0 3 * * *' }))).toBe(true);
    expect(await decide({ schedule }, other('schedule', { schedule: '0 4 * * *' }))).toBe(false);
  });
});
