import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { asText } from '../expressions/value.ts';
import { gitEnvironment } from '../files/git.ts';
import { jobGithubContext } from '../job/contexts.ts';
import { StepFailure } from '../step/activity.ts';
import { runProcess } from '../step/process.ts';
import { isFromFork, payloadText } from '../workflow/event-payload.ts';
import type { BuiltInAction, BuiltInCall } from './built-in-action.ts';

/** A commit to check out: what to fetch, what it is called afterwards, and the local branch to make. */
type Target = { refspec: string; start: string; branch: string | undefined };

/**
 * `actions/checkout`: a real fetch from the sandbox's GitHub with the job's token, as shallow as asked
 * (github.com/actions/checkout, README and action.yml).
 */
export const CHECKOUT: BuiltInAction = {
  inputs: {
    repository: '',
    ref: '',
    token: '',
    'persist-credentials': 'true',
    path: '.',
    clean: 'true',
    'fetch-depth': '1',
    'fetch-tags': 'false',
    'show-progress': 'true',
    'set-safe-directory': 'true',
    lfs: 'false',
    submodules: 'false',
    'sparse-checkout': '',
    filter: '',
    'allow-unsafe-pr-checkout': 'false',
  },
  run: checkout,
};

async function checkout(call: BuiltInCall): Promise<void> {
  refuseUnsupported(call);
  refuseForkCode(call);
  const { session } = call.activity;
  const context = jobGithubContext(session);
  const repository = call.input('repository') || asText(context['repository'] ?? '');
  const folder = resolve(session.folders.workspace, call.input('path'));
  if (relative(session.folders.workspace, folder).startsWith('..')) {
    throw new StepFailure(`Repository path '${folder}' is not under '${session.folders.workspace}'`);
  }
  await prepareFolder(folder);
  const { serverUrl } = session.run.options.github;
  const credentials: Credentials = {
    key: `http.${serverUrl}/.extraheader`,
    basic: Buffer.from(`x-access-token:${call.input('token') || session.token}`).toString('base64'),
  };
  session.masker.add(credentials.basic);
  const git = createGit(call, folder, credentials);
  await git(['init', '--quiet', '--initial-branch=main', '.']);
  const kept = call.flag('persist-credentials') ? credentials : undefined;
  await appendFile(join(folder, '.git', 'config'), gitConfig(serverUrl, repository, kept));
  const target = await findTarget(call, git, repository === context['repository']);
  await fetchTarget(call, git, target);
  const where = target.branch ? ['-B', target.branch, target.start] : ['--detach', target.start];
  await git(['checkout', '--quiet', '--force', ...where]);
  const commit = (await git(['rev-parse', 'HEAD'])).trim();
  call.activity.outputs.set('commit', commit);
  call.activity.outputs.set('ref', call.input('ref') || asText(context['ref'] ?? ''));
  call.activity.recorder.write(commit);
}

function refuseUnsupported(call: BuiltInCall): void {
  const used = ['lfs', 'submodules'].filter((name) => call.input(name) !== 'false');
  used.push(...['sparse-checkout', 'filter'].filter((name) => call.input(name) !== ''));
  if (used.length > 0) throw new StepFailure(`The sandbox's actions/checkout does not support '${used.join("', '")}'.`);
}

/**
 * Since v7 the code of a fork is not checked out where the repository's own token is (action.yml,
 * `allow-unsafe-pr-checkout`): neither by its refs nor by any commit that the event names.
 */
function refuseForkCode(call: BuiltInCall): void {
  const { event } = call.activity.session.run;
  if (event.name !== 'pull_request_target' || !isFromFork(event) || call.flag('allow-unsafe-pr-checkout')) return;
  const asked = call.input('ref') || event.sha;
  const head = payloadText(event.payload, 'pull_request', 'head', 'sha');
  const merge = payloadText(event.payload, 'pull_request', 'merge_commit_sha');
  if (!asked.startsWith('refs/pull/') && asked !== head && asked !== merge) return;
  throw new StepFailure("Refusing to check out fork pull request code from a 'pull_request_target' workflow.");
}

/** The folder is emptied, as the action does when it does not find the same repository in it. */
async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

type Git = (args: readonly string[]) => Promise<string>;

/** The token as the action gives it to git: an HTTP header, for GitHub's host only. */
type Credentials = { key: string; basic: string };

/** Remote and, if later steps shall be able to use them, credentials, as lines of `.git/config`. */
function gitConfig(serverUrl: string, repository: string, credentials: Credentials | undefined): string {
  const fetch = '+refs/heads/*:refs/remotes/origin/*';
  const remote = `[remote "origin"]\n\turl = ${serverUrl}/${repository}\n\tfetch = ${fetch}\n`;
  if (!credentials) return remote;
  return `${remote}[http "${serverUrl}/"]\n\textraheader = AUTHORIZATION: basic ${credentials.basic}\n`;
}

/** Git in the checkout's folder; when it fails, what it printed goes to the log and the step fails. */
function createGit(call: BuiltInCall, folder: string, credentials: Credentials): Git {
  const environment = {
    ...gitEnvironment(),
    HOME: call.activity.session.folders.home,
    GIT_CONFIG_COUNT: '2',
    // Emptied first: the header may be in the configuration too, and git would send it twice.
    GIT_CONFIG_KEY_0: credentials.key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: credentials.key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${credentials.basic}`,
  };
  return async (args) => {
    const lines: string[] = [];
    const { exitCode } = await runProcess({
      program: 'git',
      args,
      folder,
      environment,
      onLine: (line) => lines.push(line),
      signal: call.activity.signal,
    });
    const output = lines.join('\n');
    if (exitCode === 0) return output;
    call.activity.recorder.write(output);
    throw new StepFailure(`The process 'git ${args[0]}' failed with exit code ${exitCode}: ${lines.at(-1) ?? ''}`);
  };
}

/** Without `ref`, exactly the commit that started the run; with it, a commit id, a full ref, a branch or a tag. */
async function findTarget(call: BuiltInCall, git: Git, isOwnRepository: boolean): Promise<Target> {
  const { ref, sha } = call.activity.session.run.event;
  const asked = call.input('ref');
  if (asked === '' && isOwnRepository) return targetOf(ref, sha);
  if (asked === '') return headTarget(git);
  if (/^[0-9a-f]{40}$/i.test(asked)) return { refspec: asked, start: asked, branch: undefined };
  if (asked.startsWith('refs/')) return targetOf(asked, asked);
  const listed = await git(['ls-remote', 'origin', `refs/heads/${asked}`, `refs/tags/${asked}`]);
  for (const candidate of [`refs/heads/${asked}`, `refs/tags/${asked}`]) {
    if (listed.split('\n').some((line) => line.endsWith(`\t${candidate}`))) return targetOf(candidate, candidate);
  }
  throw new StepFailure(`A branch or tag with the name '${asked}' could not be found`);
}

async function headTarget(git: Git): Promise<Target> {
  const listed = await git(['ls-remote', '--symref', 'origin', 'HEAD']);
  const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(listed)?.[1];
  if (!head) throw new StepFailure('The default branch could not be determined');
  return targetOf(head, head);
}

/**
 * @param ref the full ref, which gives the name here
 * @param wanted what to ask the server for: the ref itself, or the very commit of the event
 */
function targetOf(ref: string, wanted: string): Target {
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
  const pull = /^refs\/pull\/(.+)$/s.exec(ref)?.[1];
  const remote = branch === undefined ? pull && `refs/remotes/pull/${pull}` : `refs/remotes/origin/${branch}`;
  const start = remote ?? ref;
  return { refspec: `+${wanted}:${start}`, start, branch };
}

/**
 * `fetch-depth: 0` brings all history of all branches and tags first. The branch may have moved on since the event, so
 * the commit itself is fetched after that, as the action does (actions/checkout, src/git-source-provider.ts).
 */
async function fetchTarget(call: BuiltInCall, git: Git, target: Target): Promise<void> {
  const depth = Number(call.input('fetch-depth'));
  if (!Number.isInteger(depth) || depth < 0)
    throw new StepFailure(`Invalid fetch-depth '${call.input('fetch-depth')}'`);
  const tags = call.flag('fetch-tags') ? '--tags' : '--no-tags';
  const quick = ['--no-auto-maintenance', '--no-recurse-submodules'];
  const fetch = (limit: readonly string[], refspecs: readonly string[]): Promise<string> =>
    git(['-c', 'protocol.version=2', 'fetch', '--quiet', ...quick, tags, ...limit, 'origin', ...refspecs]);
  if (depth === 0) await fetch([], ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']);
  await fetch(depth === 0 ? [] : [`--depth=${depth}`], [target.refspec]);
}
