import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getOctokit } from '@actions/github';

const run = promisify(execFile);

/** Content by path; null removes the file or folder. */
export type Changes = Readonly<Record<string, string | null>>;

export type MergeMethod = 'merge' | 'squash' | 'rebase';

type Octokit = ReturnType<typeof getOctokit>;

type PullRequestAnswer = {
  number: number;
  title: string;
  body: string | null;
  head: { ref: string };
  labels: readonly { name: string }[];
};

/** Somebody with a Git client, a browser and a token of their own, who does what people do on GitHub. */
export type Person = {
  login: string;
  rest: Octokit['rest'];
  at: { owner: string; repo: string };
  /** Runs Git in the person's clone. @returns what it printed, without white space at the ends */
  git(...args: string[]): Promise<string>;
  /**
   * Commits to a branch of their own and pushes it.
   * @param from where the branch starts, default main's tip; `HEAD` goes on where the clone is
   */
  push(
    branch: string,
    changes: Changes,
    options?: { message?: string; from?: string; force?: boolean },
  ): Promise<string>;
  /** Opens a pull request for a branch that was pushed. @returns its number */
  open(branch: string, title: string, options?: { base?: string; draft?: boolean }): Promise<number>;
  /** `push` and `open`. */
  propose(branch: string, title: string, changes: Changes): Promise<number>;
  /** Another commit on a branch that was pushed. */
  revise(branch: string, message: string, changes: Changes): Promise<void>;
  approve(pullRequest: number): Promise<void>;
  /** @returns the commit that main is then */
  merge(pullRequest: number, method?: MergeMethod): Promise<string>;
  close(pullRequest: number): Promise<void>;
  label(pullRequest: number, ...labels: string[]): Promise<void>;
  unlabel(pullRequest: number, label: string): Promise<void>;
  comment(pullRequest: number, body: string): Promise<void>;
  comments(pullRequest: number): Promise<{ id: number; author: string; body: string }[]>;
  pull(pullRequest: number): Promise<PullRequest>;
  pulls(state?: 'open' | 'closed' | 'all'): Promise<PullRequest[]>;
  /** Name and conclusion of every check run on a commit, newest of a name only. */
  checks(ref: string): Promise<Map<string, string>>;
  /** Annotations on the head of a pull request, as its "Files changed" tab shows them. */
  annotations(pullRequest: number): Promise<PullRequestAnnotation[]>;
  /** "Run workflow" on the default branch. @param workflow file name, e.g. `deploy.yml` */
  dispatch(workflow: string, inputs?: Readonly<Record<string, string>>): Promise<void>;
  cancel(runId: number): Promise<void>;
};

export type PullRequest = { number: number; title: string; body: string; head: string; labels: string[] };

export type PullRequestAnnotation = { path: string; line: number; level: string; title: string; message: string };

export type Identity = { login: string; token: string };

/** A repository as people see it. `repository`: `owner/name`; `folder`: where clones are made. */
export type Place = { apiUrl: string; cloneUrl: string; repository: string; folder: string };

/** Clones the repository for somebody. @param identity.token of a user or an installed app */
export async function signIn({ login, token }: Identity, place: Place): Promise<Person> {
  const { rest, paginate } = getOctokit(token, { baseUrl: place.apiUrl });
  const [owner = '', repo = ''] = place.repository.split('/');
  const at = { owner, repo };
  const clone = join(place.folder, login.replace(/\W/g, '-'));
  const url = new URL(place.cloneUrl);
  url.username = login.replace(/\W/g, '-');
  url.password = token;
  const env = environment(login, place.folder);
  await run('git', ['clone', '--quiet', '--', url.href, clone], { env });
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', clone, ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();

  const push: Person['push'] = async (branch, changes, { message = branch, from, force } = {}) => {
    await git('fetch', '--quiet', '--prune', 'origin');
    await git('checkout', '--quiet', '--force', '-B', branch, from ?? 'origin/main');
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) {
        await rm(join(clone, path), { recursive: true, force: true });
      } else {
        await mkdir(dirname(join(clone, path)), { recursive: true });
        await writeFile(join(clone, path), content);
      }
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', message);
    await git('push', '--quiet', ...(force ? ['--force'] : []), 'origin', `HEAD:refs/heads/${branch}`);
    return await git('rev-parse', 'HEAD');
  };
  const open: Person['open'] = async (branch, title, { base = 'main', draft = false } = {}) => {
    const { data } = await rest.pulls.create({ ...at, title, head: branch, base, draft, body: '' });
    return data.number;
  };
  const readPull = ({ number, title, body, head, labels }: PullRequestAnswer): PullRequest => ({
    ...{ number, title, body: body ?? '', head: head.ref },
    labels: labels.map(({ name }) => name),
  });
  return {
    login,
    rest,
    at,
    git,
    push,
    open,
    async propose(branch, title, changes) {
      await push(branch, changes, { message: title });
      return await open(branch, title);
    },
    async revise(branch, message, changes) {
      await push(branch, changes, { message, from: `origin/${branch}` });
    },
    async approve(pullRequest) {
      await rest.pulls.createReview({ ...at, pull_number: pullRequest, event: 'APPROVE' });
    },
    async merge(pullRequest, method = 'squash') {
      const { data } = await rest.pulls.merge({ ...at, pull_number: pullRequest, merge_method: method });
      return data.sha;
    },
    async close(pullRequest) {
      await rest.pulls.update({ ...at, pull_number: pullRequest, state: 'closed' });
    },
    async label(pullRequest, ...labels) {
      await rest.issues.addLabels({ ...at, issue_number: pullRequest, labels });
    },
    async unlabel(pullRequest, label) {
      await rest.issues.removeLabel({ ...at, issue_number: pullRequest, name: label });
    },
    async comment(pullRequest, body) {
      await rest.issues.createComment({ ...at, issue_number: pullRequest, body });
    },
    async comments(pullRequest) {
      const comments = await paginate(rest.issues.listComments, { ...at, issue_number: pullRequest, per_page: 100 });
      return comments.map(({ id, user, body = '' }) => ({ id, author: user?.login ?? '', body }));
    },
    async pull(pullRequest) {
      return readPull((await rest.pulls.get({ ...at, pull_number: pullRequest })).data);
    },
    async pulls(state = 'open') {
      const pulls = await paginate(rest.pulls.list, { ...at, state, per_page: 100 });
      return pulls.map(readPull);
    },
    async checks(ref) {
      const runs = await paginate(rest.checks.listForRef, { ...at, ref, filter: 'latest', per_page: 100 });
      return new Map(runs.map(({ name, conclusion, status }) => [name, conclusion ?? status]));
    },
    async annotations(pullRequest) {
      const { data: pull } = await rest.pulls.get({ ...at, pull_number: pullRequest });
      const runs = await paginate(rest.checks.listForRef, { ...at, ref: pull.head.sha, per_page: 100 });
      const lists = await Promise.all(
        runs.map(({ id }) => paginate(rest.checks.listAnnotations, { ...at, check_run_id: id, per_page: 100 })),
      );
      return lists.flat().map(({ path, start_line, annotation_level, title, message }) => ({
        ...{ path, line: start_line, level: annotation_level ?? '' },
        ...{ title: title ?? '', message: message ?? '' },
      }));
    },
    async dispatch(workflow, inputs = {}) {
      const { data } = await rest.repos.get(at);
      await rest.actions.createWorkflowDispatch({ ...at, workflow_id: workflow, ref: data.default_branch, inputs });
    },
    async cancel(runId) {
      await rest.actions.cancelWorkflowRun({ ...at, run_id: runId });
    },
  };
}

function environment(login: string, home: string): NodeJS.ProcessEnv {
  const email = `${login.replace(/\W/g, '-')}@example.org`;
  return {
    PATH: process.env.PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: login,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: login,
    GIT_COMMITTER_EMAIL: email,
  };
}
