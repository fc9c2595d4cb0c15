import { afterEach, beforeEach, expect, it } from 'vitest';
import { ANY_EVENT, type GitHubFixture, startFixture } from '../../../scripts/sandbox/github/test/github-fixture.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { connectGitHub } from './connection.ts';
import { cancelOwnRun } from './own-run.ts';

const repository = 'radar-lab/deployments';
let fixture: GitHubFixture;

beforeEach(async () => {
  fixture = await startFixture({});
});
afterEach(() => fixture.close());

function connect(permissions: Record<string, 'read' | 'write'>) {
  const token = fixture.github.createJobToken({ repository, permissions, event: ANY_EVENT });
  return connectGitHub(token, repository, fixture.github.apiUrl);
}

it('needs the permission to cancel, and says so', async () => {
  const { signal } = new AbortController();
  await expect(cancelOwnRun(connect({ actions: 'read' }), '7', signal, instantClock())).rejects.toMatchObject({
    code: 'GitHub403',
  });
});
