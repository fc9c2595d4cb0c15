/**
 * What the bundles use in place of the package `undici`, 420 kB that `@actions/github` needs for one purpose: a fetch
 * that honours the runner's proxy variables. Node 24 does that itself when NODE_USE_ENV_PROXY=1 is set.
 */
export function fetch(input: string | URL | Request, init?: RequestInit & { dispatcher?: unknown }): Promise<Response> {
  const { dispatcher: _, ...rest } = init ?? {};
  return globalThis.fetch(input, rest);
}

/** Constructed by `@actions/http-client` only where a proxy is configured. */
export class ProxyAgent {
  constructor() {
    if (process.env.NODE_USE_ENV_PROXY !== '1') {
      throw new Error('A proxy is configured for this runner. Set NODE_USE_ENV_PROXY=1 so that Node uses it.');
    }
  }
}
