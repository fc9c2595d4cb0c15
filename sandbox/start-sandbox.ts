import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsSandbox, startAws } from './aws/start-aws.ts';
import { createPatientClock, createVirtualClock, type VirtualClock } from './clock.ts';
import type { GitHubSandbox, NewUser, RepositoryHandle } from './github/github-sandbox.ts';
import { type Person, signIn } from './github/person.ts';
import { startGitHub } from './github/start-github.ts';
import { createJournal, type JournalEntry } from './journal.ts';
import { childrenCompute } from './process-activity.ts';

/** AWS, CodeCommit's Git endpoint and GitHub on loopback, knowing each other as the real ones do. */
export type Sandbox = {
  aws: AwsSandbox;
  github: GitHubSandbox;
  clock: VirtualClock;
  /** Every call to AWS and to GitHub's REST API, oldest first. */
  journal: readonly JournalEntry[];
  /** Scratch space, removed by `close`. */
  folder: string;
  /** Somebody new on GitHub, signed in with a clone of the repository. @param who.permission in every repository */
  person(repository: RepositoryHandle, who: NewUser): Promise<Person>;
  /** Variables that point a program at the sandbox. */
  environment(region: string): Record<string, string>;
  close(): Promise<void>;
};

/** The account of the sandbox; the number AWS uses in its documentation. */
export const sandboxAccountId = '123456789012';

/**
 * @param options.scale virtual seconds per real second
 * @param options.patient the clock goes on only while nothing computes, which makes virtual times comparable (Linux only)
 */
export async function startSandbox(options: { scale: number; patient?: boolean }): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'opensarlab-sandbox-'));
  const patient = options.patient ? createPatientClock(options.scale, childrenCompute) : undefined;
  const clock = patient ?? createVirtualClock(options.scale);
  const people = join(folder, 'people');
  await Promise.all(['github', 'people'].map((name) => mkdir(join(folder, name))));
  const journal = createJournal();
  const github = await startGitHub({ folder: join(folder, 'github'), clock, journal });
  const aws = await startAws({
    accountId: sandboxAccountId,
    ...{ clock, journal },
    folder: join(folder, 'aws'),
    oidcIssuers: { [github.issuer]: async () => github.jwks() },
  });
  return {
    aws,
    github,
    clock,
    journal: journal.entries,
    folder,
    person: (repository, who) =>
      signIn(
        { login: who.login, token: github.createUser(who) },
        { apiUrl: github.apiUrl, cloneUrl: repository.cloneUrl, repository: repository.fullName, folder: people },
      ),
    environment: (region) => ({
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      // Repositories of this GitHub are on loopback; a runner of its own may say that they can be fetched.
      OPENSARLAB_LOCAL_SOURCES: '1',
    }),
    async close() {
      await github.close();
      await aws.close();
      patient?.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
