import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';

const run = promisify(execFile);

/** Somebody with a browser and a Git client: clones, edits, pushes, opens, labels and merges pull requests. */
export type Person = {
  /** Writes files on a new branch from main, pushes it and opens a pull request. @returns its number */
  propose(branch: string, title: string, files: Record<string, string>): Promise<number>;
  /** Adds a commit to a branch that is proposed already. */
  revise(branch: string, message: string, files: Record<string, string>): Promise<void>;
  /** A colleague approves it first, as the ruleset asks. */
  merge(pullRequest: number): Promise<string>;
  label(pullRequest: number, label: string): Promise<void>;
  comments(pullRequest: number): Promise<{ author: string; body: string }[]>;
  pullRequest(number: number): Promise<{ title: string; body: string }>;
  openPullRequests(): Promise<{ number: number; title: string; body: string }[]>;
  /** Annotations on the head of a pull request, as its "Files changed" tab shows them. */
  annotations(
    pullRequest: number,
  ): Promise<{ path: string; line: number; level: string; title: string; message: string }[]>;
};

/** A GitHub account as the person signs in with it. */
export type Account = {
  apiUrl: string;
  cloneUrl: string;
  repository: string;
  login: string;
  token: string;
  /** Of a colleague, who approves what the person proposes. */
  colleagueToken: string;
  folder: string;
};

export async function signIn(account: Account): Promise<Person> {
  const octokit = getOctokit(account.token, { baseUrl: account.apiUrl });
  const colleague = getOctokit(account.colleagueToken, { baseUrl: account.apiUrl });
  const [owner = '', repo = ''] = account.repository.split('/');
  const clone = join(account.folder, 'clone');
  const url = new URL(account.cloneUrl);
  url.username = account.login;
  url.password = account.token;
  const git = (...args: string[]) => run('git', ['-C', clone, ...args], { env: gitEnvironment(account) });
  await run('git', ['clone', '--quiet', '--', url.href, clone], { env: gitEnvironment(account) });

  const commitAndPush = async (branch: string, message: string, files: Record<string, string>): Promise<void> => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      if (content === '') await rm(join(clone, path), { force: true });
      else await writeFile(join(clone, path), content);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
    await git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  };

  return {
    async propose(branch, title, files) {
      await git('fetch', '--quiet', 'origin', 'main');
      await git('checkout', '--quiet', '-B', branch, 'origin/main');
      await commitAndPush(branch, title, files);
      const { data } = await octokit.rest.pulls.create({ owner, repo, title, head: branch, base: 'main', body: '' });
      return data.number;
    },
    async revise(branch, message, files) {
      await git('checkout', '--quiet', branch);
      await commitAndPush(branch, message, files);
    },
    async merge(pullRequest) {
      await colleague.rest.pulls.createReview({ owner, repo, pull_number: pullRequest, event: 'APPROVE' });
      const { data } = await octokit.rest.pulls.merge({
        owner,
        repo,
        pull_number: pullRequest,
        merge_method: 'squash',
      });
      return data.sha;
    },
    async label(pullRequest, label) {
      await octokit.rest.issues.addLabels({ owner, repo, issue_number: pullRequest, labels: [label] });
    },
    async comments(pullRequest) {
      const parameters = { owner, repo, issue_number: pullRequest, per_page: 100 };
      const comments = await octokit.paginate(octokit.rest.issues.listComments, parameters);
      return comments.map((comment) => ({ author: comment.user?.login ?? '', body: comment.body ?? '' }));
    },
    async pullRequest(number) {
      const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
      return { title: data.title, body: data.body ?? '' };
    },
    async openPullRequests() {
      const pulls = await octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: 'open', per_page: 100 });
      return pulls.map(({ number, title, body }) => ({ number, title, body: body ?? '' }));
    },
    async annotations(pullRequest) {
      const { data: pull } = await octokit.rest.pulls.get({ owner, repo, pull_number: pullRequest });
      const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
        owner,
        repo,
        ref: pull.head.sha,
        per_page: 100,
      });
      const lists = await Promise.all(
        runs.map(({ id }) =>
          octokit.paginate(octokit.rest.checks.listAnnotations, { owner, repo, check_run_id: id, per_page: 100 }),
        ),
      );
      return lists.flat().map((annotation) => ({
        path: annotation.path,
        line: annotation.start_line,
        level: annotation.annotation_level ?? '',
        title: annotation.title ?? '',
        message: annotation.message ?? '',
      }));
    },
  };
}

function gitEnvironment({ login, folder }: Account): NodeJS.ProcessEnv {
  const email = `${login}@example.org`;
  return {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: login,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: login,
    GIT_COMMITTER_EMAIL: email,
  };
}
