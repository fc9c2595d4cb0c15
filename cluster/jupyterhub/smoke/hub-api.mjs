// JupyterHub's REST API and its users' servers, behind one address.
import { Again } from './patience.mjs';

/**
 * What a hub, a proxy or a load balancer says that restarts or has too much to do: 429 with too many starts at once, 424 of
 * the hub for a server whose route is not there yet (JupyterHub, "Upgrading to 2.0"), 502 to 504 of whatever is in front.
 */
const transient = [424, 429, 502, 503, 504];

/**
 * @param base e.g. `http://127.0.0.1:8000`
 * @param signal ends calls that are under way
 */
export function hubApi(base, token, signal) {
  const headers = { authorization: `token ${token}`, 'content-type': 'application/json' };
  const request = (method, path, timeout, body) =>
    fetch(`${base}${path}`, {
      method,
      headers,
      redirect: 'manual',
      signal:
        signal === undefined ? AbortSignal.timeout(timeout) : AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  /** @throws Again when nobody answers, or somebody who cannot know */
  const ask = async (method, path, body) => {
    let status;
    let text;
    try {
      const response = await request(method, path, 60_000, body);
      status = response.status;
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw new Again(`${error.cause?.code ?? error.cause?.message ?? error.message}`);
    }
    if (transient.includes(status)) throw new Again(`the hub answered ${status}${saying(text)}`);
    return { status, body: parsed(text), text };
  };
  const call = (method, path, body) => ask(method, `/hub/api${path}`, body);
  const progress = (user) => request('GET', `/hub/api/users/${user}/server/progress`, 3000);
  return { base, headers, ask, call, progress };
}

function parsed(text) {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const saying = (text) => (parsed(text)?.message ? ` (${parsed(text).message})` : '');

/** @throws Error when the answer is none of those allowed */
export function expectStatus(what, { status, text }, allowed) {
  if (!allowed.includes(status)) throw new Error(`${what}: the hub answered ${status}${saying(text)}.`);
}

/** What the hub tells about the start of a server, e.g. that no machine has room. It goes on telling while that starts. */
export async function wordsAbout({ progress }, user) {
  const words = [];
  try {
    const response = await progress(user);
    if (response.status !== 200) return words;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (const [, event] of text.matchAll(/^data: ?(.*)\n/gm)) words.push(JSON.parse(event).message);
      text = text.slice(text.lastIndexOf('\n') + 1);
    }
  } catch (error) {
    if (error.name !== 'TimeoutError') words.push(`The hub does not tell why: ${error.message}`);
  }
  return words;
}
