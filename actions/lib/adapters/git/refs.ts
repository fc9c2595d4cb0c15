import type { Source } from '../../deployment/deployment.ts';
import { Failure } from '../../failure.ts';
import { type GitCredentials, type GitOptions, tryGit } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { accessTo, type Remote } from './remote.ts';

/** Full ref names with the commit (or tag object) they point to; a peeled tag appears as `refs/tags/x^{}` too. */
export type Refs = ReadonlyMap<string, string>;

const commitId = /^[0-9a-f]{40}$/;

/** A listing is one answer of a few kilobytes; a server that takes longer hangs. */
const listingSeconds = 120;

/**
 * Lists the branches and tags of a remote: one request, no objects. Git's protocol version 2 would take two.
 * @throws Failure `RepositoryRefused`, `RepositoryUnreachable` when the server does not let us in or does not answer;
 *   of {@link accessTo}
 */
export async function listRefs(remote: Remote, limitSeconds = listingSeconds): Promise<Refs> {
  const access = await accessTo(remote);
  const { credentials } = access;
  const isDirect = credentials !== undefined && !isBehindProxy(process.env);
  const listing =
    (isDirect ? await listOverHttp(remote.url, credentials, limitSeconds) : undefined) ??
    (await listWithGit(remote, { ...access, limitSeconds }));
  if ('refs' in listing) return listing.refs;
  throw gitFailure(`${remote.name} could not be read`, listing.stderr, {
    code: 'RepositoryUnreachable',
    hint: 'Check the URL and whether this machine can reach it. Nothing was changed.',
  });
}

async function listWithGit({ url }: Remote, access: GitOptions): Promise<Listing> {
  const settings = [['protocol.version', '0'], ...(access.settings ?? [])] as const;
  const result = await tryGit(['ls-remote', '--heads', '--tags', '--', url], { ...access, settings });
  if (result.code !== 0) return { stderr: result.stderr };
  const refs = new Map<string, string>();
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit && name) refs.set(name, commit);
  }
  return { refs };
}

/** The commit that a declared ref stands for, and the ref to ask the server for. */
export type ResolvedRef = { commit: string; fetch: string };

/**
 * Resolves a declared ref: a tag (peeled) or a full commit id. Branches are refused, because they move.
 * @throws Failure `RefIsBranch`, `RefNotFound`, or `RefMoved` when it is not the pinned commit any more
 */
export function resolveSourceRef(source: Source, refs: Refs): ResolvedRef {
  const resolved = commitId.test(source.ref) ? { commit: source.ref, fetch: source.ref } : resolveTag(source, refs);
  if (source.commit !== undefined && source.commit !== resolved.commit) throw movedRef(source, resolved.commit);
  return resolved;
}

/**
 * A full name means what it says; anything else is a tag's name, also where it looks like one (`refs/tags/refs/tags/x`). A tag
 * that is called like a branch is the tag: branches are not looked for.
 */
function resolveTag(source: Source, refs: Refs): ResolvedRef {
  if (refs.size === 0) throw emptySource(source);
  const isFull = source.ref.startsWith('refs/');
  const names = [...(isFull ? [source.ref] : []), `refs/tags/${source.ref}`];
  const name = names.find((candidate) => refs.has(candidate));
  const commit = name === undefined ? undefined : (refs.get(`${name}^{}`) ?? refs.get(name));
  if (name === undefined || commit === undefined || !name.startsWith('refs/tags/')) throw missingRef(source, refs);
  return { commit, fetch: name };
}

function emptySource({ url }: Source): Failure {
  return new Failure({
    code: 'RefNotFound',
    source: 'user',
    message: `${url} is empty: it has no branches and no tags.`,
    hint: 'Check the address, or push to it first.',
  });
}

function movedRef({ url, ref, commit }: Source, found: string): Failure {
  return new Failure({
    code: 'RefMoved',
    source: 'user',
    message: `${ref} of ${url} is ${found}, but the declaration pins ${commit}.`,
    hint: 'Somebody moved it upstream. Look at the difference, then change `commit` in the declaration if you want it.',
  });
}

function missingRef(source: Source, refs: Refs): Failure {
  const head = refs.get(`refs/heads/${source.ref.replace(/^refs\/heads\//, '')}`);
  if (head !== undefined) {
    return new Failure({
      code: 'RefIsBranch',
      source: 'user',
      message: `${source.ref} is a branch of ${source.url}; a deployment needs a tag or a full commit id.`,
      hint: `Its head is ${head} now; declare that as \`ref\`.`,
    });
  }
  if (/^[0-9a-f]{4,64}$/i.test(source.ref)) return incompleteCommit(source, refs);
  const twin = sameLetters(source.ref, refs);
  if (twin !== undefined) return otherLetters(source, twin);
  return new Failure({
    code: 'RefNotFound',
    source: 'user',
    message: `${source.url} has no tag ${source.ref}.`,
    hint: 'Declare a tag that exists or a full commit id (40 hex digits) under `sources`.',
  });
}

/** The tag that looks the same and is written in other characters: `é` is one of them, or `e` and an accent. */
function sameLetters(ref: string, refs: Refs): string | undefined {
  const form = (text: string): string => text.normalize('NFKC');
  const wanted = [form(`refs/tags/${ref}`), form(ref)];
  const found = [...refs.keys()].filter((name) => name.startsWith('refs/tags/') && wanted.includes(form(name)));
  return found.length === 1 ? found[0] : undefined;
}

function otherLetters({ url, ref }: Source, twin: string): Failure {
  return new Failure({
    code: 'RefNotFound',
    source: 'user',
    message: `${url} has no tag ${ref}, but one that looks the same and is written in other characters.`,
    hint: `Copy its name ${JSON.stringify(twin)} from there, or declare its commit.`,
  });
}

/** Which commit a shortened id means can change with every commit upstream, and nobody would notice. */
function incompleteCommit({ url, ref }: Source, refs: Refs): Failure {
  const found = new Set([...refs.values()].filter((commit) => commit.startsWith(ref.toLowerCase())));
  const [only] = found;
  return new Failure({
    code: 'RefIncomplete',
    source: 'user',
    message: `${ref} is no tag of ${url} and no full commit id, which has 40 hex digits in lower case.`,
    hint: found.size === 1 ? `Declare ${only} as \`ref\`.` : 'Declare all of the id as `ref`, or a tag.',
  });
}

/** As `GitResult` has it: what went wrong is on standard error, in the words Git has for it. */
type Listing = { refs: Map<string, string> } | { stderr: string };

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
