import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GitHubSandbox, NewRepository, RepositoryHandle } from '../../github/github-sandbox.ts';
import { startGitHub } from '../../github/start-github.ts';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { runGit } from '../files/git.ts';
import type { RunnerOptions } from '../run/run-session.ts';
import { createRunner, type JobRun, type Progress, type Runner, type StepRun, type WorkflowRun } from '../runner.ts';

/** GitHub and a scratch folder, shared by the tests of a file. */
export type Stage = {
  github: GitHubSandbox;
  folder: string;
  /** A user's personal access token. */
  userToken: string;
  close(): Promise<void>;
};

/** One repository with its runner. */
export type Scene = {
  github: GitHubSandbox;
  /** A user's personal access token. */
  userToken: string;
  repository: RepositoryHandle;
  runner: Runner;
  progress: Progress[];
  /** The event of a push of the seeded commit. */
  push(change?: Partial<WorkflowEvent>): Promise<WorkflowEvent>;
  /** Runs what a push of the seeded commit starts; expects exactly one run. */
  run(change?: Partial<WorkflowEvent>): Promise<WorkflowRun>;
};

/** Files of a repository: path to text. */
export type Files = Readonly<Record<string, string>>;

/** A workflow of one job with the given steps, as YAML. */
export function workflow(steps: string, job = ''): Files {
  const indented = steps.trim().split('\n').join('\n      ');
  const settings = job === '' ? '' : `    ${job.trim().split('\n').join('\n    ')}\n`;
  const text = `name: test\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n${settings}    steps:\n      ${indented}\n`;
  return { '.github/workflows/test.yml': text };
}

/** Starts the stage; close it when the tests of the file are done. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'runner-'));
  await mkdir(join(folder, 'github'));
  const github = await startGitHub({ folder: join(folder, 'github') });
  const userToken = github.createUser({ login: 'ada', id: 501, email: 'ada@example.org' });
  const close = async (): Promise<void> => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { github, folder, userToken, close };
}

let scenes = 0;

/** A new repository with these files on `main`, and a runner for it. */
export async function createScene(
  stage: Stage,
  files: Files,
  { settings, ...options }: Partial<RunnerOptions> & { settings?: Partial<NewRepository> } = {},
): Promise<Scene> {
  const name = `lab-${++scenes}`;
  const seed = join(stage.folder, 'seeds', name);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(seed, path)), { recursive: true });
    await writeFile(join(seed, path), text);
  }
  const author = { name: 'Ada', email: 'ada@example.org' };
  const repository = await stage.github.createRepository({
    owner: 'octo-org',
    ownerId: 77,
    name,
    seed: { folder: seed, message: 'Start', author },
    ...settings,
  });
  const progress: Progress[] = [];
  const runner = createRunner({
    github: stage.github,
    gitFolder: (name) => (name === repository.fullName ? repository.gitFolder : undefined),
    folder: join(stage.folder, 'runners', name),
    nodeProgram: process.execPath,
    onProgress: (event) => progress.push(event),
    ...options,
  });
  const push = async (change: Partial<WorkflowEvent> = {}): Promise<WorkflowEvent> => ({
    ...(await seededPush(repository)),
    ...change,
  });
  const run = async (change?: Partial<WorkflowEvent>): Promise<WorkflowRun> => {
    const runs = await runner.handle(await push(change));
    const [only] = runs;
    if (!only || runs.length > 1) throw new Error(`One run was expected, not ${runs.length}.`);
    return only;
  };
  const { github, userToken } = stage;
  return { github, userToken, repository, runner, progress, push, run };
}

async function seededPush(repository: RepositoryHandle): Promise<WorkflowEvent> {
  const sha = (await runGit(repository.gitFolder, ['rev-parse', 'refs/heads/main'])).toString().trim();
  const [owner = '', name = ''] = repository.fullName.split('/');
  return {
    name: 'push',
    payload: {
      ref: 'refs/heads/main',
      before: '0'.repeat(40),
      after: sha,
      repository: {
        id: repository.id,
        name,
        full_name: repository.fullName,
        default_branch: 'main',
        private: false,
        owner: { login: owner, id: 77 },
      },
      sender: { login: 'ada', id: 501 },
    },
    repository: repository.fullName,
    ref: 'refs/heads/main',
    sha,
    actor: { login: 'ada', id: 501 },
    causedByJobToken: false,
  };
}

/** The only job with this key. */
export function job(run: WorkflowRun, id = 'test'): JobRun {
  const found = run.jobs.filter((candidate) => candidate.id === id);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`One job '${id}' was expected, not ${found.length}.`);
  return only;
}

/** A step by its place in the job. */
export function step(run: WorkflowRun, index: number, id = 'test'): StepRun {
  const found = job(run, id).steps[index];
  if (!found) throw new Error(`The job '${id}' has no step ${index}.`);
  return found;
}

/** What every step's log and annotation says, for messages of failed expectations. */
export function everything(run: WorkflowRun): string {
  const jobs = run.jobs.flatMap((each) => [
    `job ${each.name}: ${each.conclusion}`,
    ...each.annotations.map(({ message }) => message),
    ...each.steps.map((each) => `step ${each.name}: ${each.outcome}\n${each.log}`),
  ]);
  return [...run.annotations.map(({ message }) => message), ...jobs].join('\n');
}
