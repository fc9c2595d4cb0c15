import { setTimeout as wait } from 'node:timers/promises';
import { getOctokit } from '@actions/github';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Failure } from '../../failure.ts';

/** An authenticated client bound to one repository. */
export type GitHubConnection = {
  octokit: ReturnType<typeof getOctokit>;
  owner: string;
  repo: string;
  /** Login that the token acts as, when it is not a job's own: an app's is `NAME[bot]`. */
  login?: string;
  /** Milliseconds that a second of waiting takes, by default 1000; see {@link GitHubPace}. */
  secondMilliseconds?: number;
};

/** How requests are spaced and how long is waited. */
export type GitHubPace = {
  /** Milliseconds that a second of waiting takes: 1000, less where nobody limits anything. */
  secondMilliseconds: number;
  /**
   * Whether requests that change something are a second apart, those that notify people three: GitHub asks for it
   * (docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests).
   */
  spaced: boolean;
};

/** A server on this machine has neither neighbours nor limits: waits are a hundredth there. */
const paces = {
  service: { secondMilliseconds: 1000, spaced: true },
  loopback: { secondMilliseconds: 10, spaced: false },
};

/** Tries after the first one, 1, 4 and 9 s later, for what failed on GitHub's side. */
const repetitions = 3;

/** Waits in a row for a secondary rate limit, and the longest single one in seconds. GitHub usually says 60. */
const limitWaits = 3;
const longestLimitSeconds = 180;

/** A token's hour is waited for when it ends within so many seconds. */
const longestHourSeconds = 300;

/**
 * Answers that no repetition changes; 403 and 429 are the throttling plugin's. A failed connection counts as 500 to
 * Octokit and is repeated.
 */
const finalAnswers = [400, 401, 403, 404, 405, 409, 410, 412, 422, 429, 451];

/**
 * POST requests that may be sent twice: Git objects are named by their content, labels are a set, and a ref that is there
 * already answers 422, which each caller deals with.
 */
const repeatablePosts = [/\/git\/(trees|blobs|commits|refs)$/, /\/issues\/(\d+|\{issue_number\})\/labels$/];

/**
 * Requests are repeated when GitHub fails, and wait when it asks to slow down, both within bounds. A POST that makes
 * something is not: GitHub may have made it before it failed. Those that can look for it use {@link createOnce}.
 * @param token the job's GITHUB_TOKEN or a person's token
 * @param repository `owner/name`
 * @param apiUrl default: GITHUB_API_URL, else github.com's
 * @throws Failure `GitHubToken` without a token, `GitHubRepository` for a malformed name
 */
export function connectGitHub(
  token: string,
  repository: string,
  apiUrl?: string,
  pace: GitHubPace = paceOf(apiUrl ?? process.env.GITHUB_API_URL ?? ''),
): GitHubConnection {
  const [owner, repo, ...rest] = repository.split('/');
  if (!owner || !repo || rest.length > 0) {
    throw new Failure({
      code: 'GitHubRepository',
      source: 'user',
      message: `${JSON.stringify(repository)} is not a repository name.`,
      hint: 'Give it as owner/name.',
    });
  }
  if (token === '') {
    throw new Failure({
      code: 'GitHubToken',
      source: 'user',
      message: 'There is no GitHub token.',
      hint: 'Pass the job’s token as the input `github-token`, or set GITHUB_TOKEN.',
    });
  }
  return { octokit: patientOctokit(token, apiUrl, pace), owner, repo, secondMilliseconds: pace.secondMilliseconds };
}

function paceOf(apiUrl: string): GitHubPace {
  const host = URL.canParse(apiUrl) ? new URL(apiUrl).hostname : '';
  return ['127.0.0.1', '[::1]', 'localhost'].includes(host) ? paces.loopback : paces.service;
}

/** Without the queues of the throttling plugin; it still waits for limits. */
const unspaced = {
  key: () => ({
    schedule: <T>(_options: unknown, work: (...args: unknown[]) => T, ...args: unknown[]) => work(...args),
  }),
};

function patientOctokit(token: string, apiUrl: string | undefined, pace: GitHubPace): GitHubConnection['octokit'] {
  const retryAfterBaseValue = pace.secondMilliseconds;
  // The plugin asks no more of its queues than this; their type has all of Bottleneck.
  const queues: object = pace.spaced
    ? {}
    : { global: unspaced, auth: unspaced, write: unspaced, search: unspaced, notifications: unspaced };
  const options = {
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    retry: { doNotRetry: finalAnswers, retries: repetitions, retryAfterBaseValue },
    throttle: {
      retryAfterBaseValue,
      ...queues,
      onSecondaryRateLimit: (seconds: number, _request: unknown, _octokit: unknown, waits: number): boolean =>
        waits < limitWaits && seconds <= longestLimitSeconds,
      onRateLimit: (seconds: number, _request: unknown, _octokit: unknown, waits: number): boolean =>
        waits < 1 && seconds <= longestHourSeconds,
    },
  };
  const octokit = getOctokit(token, options, retry, throttling);
  octokit.hook.before('request', ({ method, url, request }) => {
    if (method !== 'POST' || repeatablePosts.some((pattern) => pattern.test(url))) return;
    Object.assign(request ?? {}, { retries: 0 });
  });
  return octokit;
}

/**
 * Makes something that must not exist twice. When GitHub fails in a way that leaves open whether it has made it (an error
 * of the server, a lost connection), it is looked for before it is made again; 3 tries, 1 and 4 s apart. What remains: a
 * thing that GitHub made and does not show after that wait is made twice.
 * @param steps.find what was made, or undefined
 * @throws what `create` throws, at once when repeating does not help
 */
export async function createOnce<T>(
  { secondMilliseconds = paces.service.secondMilliseconds }: GitHubConnection,
  steps: { create: () => Promise<T>; find: () => Promise<T | undefined> },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await steps.create();
    } catch (error) {
      if (!isServersFault(error) || attempt === repetitions) throw error;
      await wait(attempt ** 2 * secondMilliseconds);
      const made = await steps.find();
      if (made !== undefined) return made;
    }
  }
}

/** Status of an answer, 500 also for a connection that failed; undefined for other errors. */
function statusOf(error: unknown): number | undefined {
  const found = error instanceof Error && 'status' in error ? Number(error.status) : undefined;
  return found === undefined || Number.isNaN(found) ? undefined : found;
}

function isServersFault(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : error;
  return (statusOf(cause) ?? 0) >= 500;
}

/**
 * Runs one request and turns GitHub's refusals into one clear sentence.
 * @param what what was being done, for the sentence: `read the pull request`
 * @throws Failure `GitHubSlowDown`, `GitHubHourlyLimit` when waiting was in vain; `GitHub<status>`, `GitHubUnreachable`
 */
export async function askGitHub<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw limitFailure(what, cause) ?? refusal(what, cause);
  }
}

/**
 * Both limits answer 403 or 429; the secondary one by its sentence, the hourly one by `x-ratelimit-remaining: 0`
 * (docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
 */
function limitFailure(what: string, cause: unknown): Failure | undefined {
  const status = statusOf(cause);
  if (!(cause instanceof Error) || (status !== 403 && status !== 429)) return undefined;
  const headers = headersOf(cause);
  if (/\bsecondary rate\b/i.test(cause.message)) {
    return new Failure({
      code: 'GitHubSlowDown',
      source: 'github',
      message: `GitHub asks for fewer requests in a short time (secondary rate limit) and did not ${what}.`,
      hint: 'This was waited for in vain; nothing of this request was done. Run it again in some minutes.',
      cause,
    });
  }
  if (headers['x-ratelimit-remaining'] !== '0' && !/\brate limit exceeded\b/i.test(cause.message)) return undefined;
  const reset = new Date(Number(headers['x-ratelimit-reset']) * 1000);
  const until = Number.isNaN(reset.getTime()) ? 'within the hour' : `at ${reset.toISOString().slice(11, 16)} UTC`;
  return new Failure({
    code: 'GitHubHourlyLimit',
    source: 'github',
    message: `The token’s requests of this hour are used up, so GitHub did not ${what}.`,
    hint: `New ones are there ${until}; run it again then.`,
    cause,
  });
}

/** What GitHub answered; undefined when no answer came. */
function answerOf(error: unknown): object | undefined {
  const response: unknown = error instanceof Error ? Reflect.get(error, 'response') : undefined;
  return typeof response === 'object' && response !== null ? response : undefined;
}

function headersOf(error: Error): Record<string, unknown> {
  const headers: unknown = Reflect.get(answerOf(error) ?? {}, 'headers');
  return typeof headers === 'object' && headers !== null ? { ...headers } : {};
}

function refusal(what: string, cause: unknown): Failure {
  const status = answerOf(cause) === undefined ? undefined : statusOf(cause);
  // Octokit adds the address of the reference page.
  const reason = (cause instanceof Error ? cause.message : String(cause)).replace(
    / - https:\/\/docs\.github\.com\S*$/,
    '',
  );
  const failed = status === undefined || status >= 500;
  return new Failure({
    code: status === undefined ? 'GitHubUnreachable' : `GitHub${status}`,
    source: 'github',
    message: `GitHub ${failed ? 'failed' : 'refused'} to ${what}: ${reason}`,
    ...(status === 403 ? { hint: 'The job lacks a permission; compare `permissions:` of the workflow.' } : {}),
    ...(failed ? { hint: 'This was tried several times; see githubstatus.com, then run it again.' } : {}),
    cause,
  });
}

/** Who acts with a job's own token (docs.github.com/en/actions, "Automatic token authentication"). */
const workflowBot = 'github-actions[bot]';

/** The login that this product acts as: exactly this one's comments and pull requests are its own. */
export function ownLogin({ login }: GitHubConnection): string {
  return login ?? workflowBot;
}

/**
 * A request whose object may not exist: GitHub answers 404 for it, and for what the token may not see.
 * @param statuses answers that mean "nothing there"
 */
export async function orUndefined<T>(
  what: string,
  request: () => Promise<T>,
  statuses: readonly number[] = [404],
): Promise<T | undefined> {
  return await askGitHub(what, async () => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Error && 'status' in error && statuses.includes(Number(error.status))) return undefined;
      throw error;
    }
  });
}
