import type { GitCredentials } from './git-command.ts';

/** As `GitResult` has it: what went wrong is on standard error, in the words Git has for it. */
export type Listing = { refs: Map<string, string> } | { stderr: string };

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** True when a proxy stands before the servers: Git knows how to use one, Node's own requests do not. */
export function isBehindProxy(environment: NodeJS.ProcessEnv): boolean {
  return proxyVariables.some((name) => environment[name]);
}

/**
 * Lists refs in one request, signed from the start. Before version 2.46 Git asks without a password first and so needs
 * two for a server that wants one (git-config, `http.proactiveAuth`).
 * @param url the repository's https URL
 * @returns undefined when no connection came about: Git may know of certificates that Node does not
 */
export async function listOverHttp(
  url: string,
  login: GitCredentials,
  limitSeconds: number,
): Promise<Listing | undefined> {
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  try {
    const response = await fetch(`${url}/info/refs?service=git-upload-pack`, {
      headers: { authorization, 'user-agent': 'git/opensarlab', accept: '*/*' },
      redirect: 'manual',
      signal: AbortSignal.timeout(limitSeconds * 1_000),
    });
    if (response.status === 200) return parseAdvertisement(Buffer.from(await response.arrayBuffer()), url);
    await response.body?.cancel();
    if (response.status === 404) return { stderr: `fatal: repository '${url}' not found` };
    return unable(url, `The requested URL returned error: ${response.status}`);
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return isTimeout ? unable(url, `no answer within ${limitSeconds} seconds`) : undefined;
  }
}

const unable = (url: string, reason: string): Listing => ({ stderr: `fatal: unable to access '${url}': ${reason}` });

/** Packets of gitprotocol-http, "Smart Server Response": a service line, then `id SP ref` for each ref. */
function parseAdvertisement(body: Buffer, url: string): Listing {
  const refs = new Map<string, string>();
  let isComplete = false;
  for (const packet of packets(body)) {
    if (packet === 'flush') {
      isComplete = true;
      continue;
    }
    isComplete = false;
    const text = packet.toString('utf8');
    if (text.startsWith('ERR ')) return { stderr: `fatal: remote error: ${text.slice(4)}` };
    const [, id, name] = /^([0-9a-f]{40,64}) ([^\0\n]+)/.exec(text) ?? [];
    if (id && name?.match(/^refs\/(heads|tags)\//)) refs.set(name, id);
  }
  return isComplete ? { refs } : unable(url, 'what it answered is no list of refs');
}

/** Four hex digits with the length, then the content; `0000` is a flush (gitprotocol-common, "pkt-line Format"). */
function* packets(body: Buffer): Iterable<Buffer | 'flush'> {
  for (let offset = 0; offset < body.length; ) {
    const length = Number.parseInt(body.toString('latin1', offset, offset + 4), 16);
    if (length === 0) yield 'flush';
    else if (length >= 4) yield body.subarray(offset + 4, offset + length);
    else return;
    offset += Math.max(4, length);
  }
}
