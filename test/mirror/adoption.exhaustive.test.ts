import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { FakeRecords } from '../../actions/lib/ports/test/fake-records.ts';
import { mirrorInJob } from '../../actions/lib/verbs/mirror-in-job.ts';
import { shellSurroundings } from '../../scripts/cli/shell-surroundings.ts';
import { type CommandScene, openCommandScene } from './command-scene.ts';
import { git } from './mirror-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

const main = (name: string): string => git(scene.stored(name), 'rev-parse', 'main');

describe('opensarlab mirror --adopt', () => {
  it('says what happened in CodeCommit, adopts it as a pull request, and goes on once that is merged', async () => {
    await scene.run('mirror', 'sar');
    const head = scene.pushByHand('sar-container', {
      files: { 'images/helloworld/motd.txt': 'hello\n', 'images/images.txt': 'mine\n', 'README.md.orig': 'x\n' },
      remove: ['pipeline/cf.yaml'],
    });
    const stopped = await scene.run('mirror', 'sar');
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain('error: Somebody committed to main of sar-container in CodeCommit:');
    expect(stopped.err).toContain('opensarlab mirror sar --adopt');
    expect(stopped.out).toContain('+hello');

    const adopted = await scene.run('mirror', 'sar', '--adopt');
    expect(adopted).toMatchObject({ code: 0, out: expect.stringMatching(/\/octo-org\/labs\/pull\/1$/) });
    expect((await scene.run('mirror', 'sar', '--adopt')).out).toBe(adopted.out);
    expect(main('sar-container')).toBe(head);
    const branch = git(scene.repository.gitFolder, 'branch', '--list', 'adopt/*').trim();
    const changed = git(scene.repository.gitFolder, 'diff', '--name-status', 'main', branch).split('\n');
    expect(changed).toEqual([
      'A\tdeployments/sar/container/.overlay.yaml',
      'A\tdeployments/sar/container/images/helloworld/motd.txt',
    ]);
    expect(git(scene.repository.gitFolder, 'log', '-1', '--format=%an <%ae> %s', branch)).toBe(
      'Ada <ada@example.org> Adopt what was changed in CodeCommit for sar',
    );
    const body = await pullRequestBody(scene);
    expect(body).toContain('`sar-container: README.md.orig`: files of such a name are never mirrored');
    expect(body).toContain('`sar-container: images/images.txt`: it is rendered from opensarlab.yaml: change that');

    // What is rendered cannot be adopted: it goes once somebody says so.
    git(scene.checkout, 'pull', '--quiet', 'origin', branch);
    expect(await scene.run('mirror', 'sar')).toMatchObject({ code: 1 });
    const discarded = await scene.run('mirror', 'sar', '--discard');
    expect(discarded).toMatchObject({ code: 0, err: expect.stringContaining('is kept as discarded/') });
    expect(git(scene.stored('sar-container'), 'show', 'main:images/helloworld/motd.txt')).toBe('hello');
    expect(git(scene.stored('sar-container'), 'ls-tree', '-r', '--name-only', 'main')).not.toContain(
      'pipeline/cf.yaml',
    );
  });
});

describe('the action', () => {
  /** @param at what the job's checkout is of; by default the tip */
  async function mirrorAsJob(divergence: string, at?: string): Promise<{ result: unknown; summaries: string[] }> {
    git(scene.checkout, 'fetch', '--quiet', 'origin', 'main');
    git(scene.checkout, 'reset', '--quiet', '--hard', at ?? 'FETCH_HEAD');
    const summaries: string[] = [];
    const args = {
      positionals: [],
      text: (name: string) => (name === 'root' ? scene.checkout : undefined),
      texts: () => [],
      flag: () => false,
    };
    const surroundings = await shellSurroundings(args, { out: () => undefined, err: () => undefined });
    surroundings.reporter.summary = (markdown) => void summaries.push(markdown);
    const connected = surroundings.connect;
    surroundings.connect = async (deployment, role) => {
      const connection = await connected(deployment, role);
      return { ...connection, aws: { ...connection.aws, records: new FakeRecords() } };
    };
    const repository = scene.repository.fullName;
    const github = connectGitHub(process.env['GITHUB_TOKEN'] ?? '', repository, scene.sandbox.github.apiUrl);
    const commit = git(scene.checkout, 'rev-parse', 'HEAD');
    const job = { run: '7', attempt: 1, commit, repository, repositoryId: scene.repository.id };
    const running = mirrorInJob(surroundings, github, { ...job, name: 'sar', cache: undefined, divergence });
    return { result: await running.catch((error: unknown) => error), summaries };
  }

  it('with `adopt` fails with the pull request, and has the details in the summary', async () => {
    await scene.run('mirror', 'sar');
    scene.pushByHand('sar-cluster', { files: { 'hotfix.txt': 'x\n' } });
    const { result, summaries } = await mirrorAsJob('adopt');
    expect(result).toMatchObject({
      code: 'DivergenceProposed',
      message: expect.stringMatching(/\/pull\/\d+ proposes to/),
    });
    expect(summaries.join()).toContain('`main` of `sar-cluster` is not as the last mirror left it');
  });

  it('writes nothing that no merged plan contains, whatever is in CodeCommit', async () => {
    expect((await mirrorAsJob('discard')).result).toMatchObject({ code: 'UnapprovedChange' });
    expect((await scene.run('mirror', 'sar')).code).toBe(0);
  });

  it('does nothing for an old run that is run again, when the tip decides the deployment otherwise', async () => {
    git(scene.checkout, 'fetch', '--quiet', 'origin', 'main');
    git(scene.checkout, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    const old = git(scene.checkout, 'rev-parse', 'HEAD');
    const path = 'deployments/sar/opensarlab.yaml';
    scene.write(path, `${readFileSync(`${scene.checkout}/${path}`, 'utf8')}\n# Later.\n`);
    git(scene.checkout, 'commit', '--quiet', '--all', '--message', 'Later');
    git(scene.checkout, 'push', '--quiet', 'origin', 'HEAD:main');
    expect((await mirrorAsJob('discard', old)).result).toMatchObject({ code: 'Superseded' });
  });

  it('refuses an input that means nothing', async () => {
    expect((await mirrorAsJob('maybe')).result).toMatchObject({ code: 'InputInvalid' });
  });
});

async function pullRequestBody({ sandbox, repository }: CommandScene): Promise<string> {
  const token = process.env['GITHUB_TOKEN'] ?? '';
  const response = await fetch(`${sandbox.github.apiUrl}/repos/${repository.fullName}/pulls/1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { body } = (await response.json()) as { body: string };
  return body;
}
