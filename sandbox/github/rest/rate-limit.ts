import type { GitHubState } from '../model/state.ts';
import { type Grant, isInstallation } from '../model/token.ts';
import { ApiError } from './api-error.ts';

/**
 * Requests per hour (docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api): 60 without a token, 5,000
 * for a person or an app's installation, 1,000 for a GITHUB_TOKEN, counted per repository.
 */
const LIMITS = { anonymous: 60, user: 5_000, app: 5_000, job: 1_000 } as const;
const WINDOW_MILLISECONDS = 3_600_000;

export type RateLimit = { limit: number; remaining: number; used: number; reset: number };

export type RateLimiter = {
  /** Counts a request. @throws ApiError 403 when the limit is used up */
  count(state: GitHubState, grant: Grant | undefined): RateLimit;
  /** The same without counting. */
  look(state: GitHubState, grant: Grant | undefined): RateLimit;
};

export function createRateLimiter(): RateLimiter {
  const windows = new Map<string, { start: number; used: number }>();
  const windowOf = (state: GitHubState, grant: Grant | undefined): { start: number; used: number } => {
    const key = whose(grant);
    const now = state.now().getTime();
    let window = windows.get(key);
    if (window === undefined || now - window.start >= WINDOW_MILLISECONDS) {
      window = { start: now, used: 0 };
      windows.set(key, window);
    }
    return window;
  };
  const describe = (grant: Grant | undefined, window: { start: number; used: number }): RateLimit => {
    const limit = LIMITS[grant?.kind ?? 'anonymous'];
    const reset = Math.ceil((window.start + WINDOW_MILLISECONDS) / 1000);
    return { limit, used: window.used, remaining: Math.max(limit - window.used, 0), reset };
  };
  return {
    look: (state, grant) => describe(grant, windowOf(state, grant)),
    count(state, grant) {
      const window = windowOf(state, grant);
      if (window.used >= LIMITS[grant?.kind ?? 'anonymous']) {
        throw new ApiError(403, `API rate limit exceeded for ${whose(grant)}.`);
      }
      window.used += 1;
      return describe(grant, window);
    },
  };
}

function whose(grant: Grant | undefined): string {
  if (grant === undefined) return '127.0.0.1';
  if (!isInstallation(grant)) return `user ID ${grant.account.id}`;
  return grant.kind === 'job' ? `installation ID ${grant.repository.id}` : `installation of app ID ${grant.app.id}`;
}

/** The headers of every response (…/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit). */
export function rateLimitHeaders(rate: RateLimit): Record<string, string> {
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(rate.remaining),
    'x-ratelimit-used': String(rate.used),
    'x-ratelimit-reset': String(rate.reset),
    'x-ratelimit-resource': 'core',
  };
}
