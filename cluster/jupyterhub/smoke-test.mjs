// Starts a server of every profile through the hub's API, several at once, as users that nobody can sign in as. A profile
// passes when its server runs the declared image and a kernel in it answers. Nothing of it stays.
// Reads opensarlab/smoke-test.json: {"users": […], "profiles": [{"slug": …, "image": …}, …]}. Exits 1 when something fails, 130 when it was stopped.
import { readFileSync, writeFileSync } from 'node:fs';
import { imageOfServer, openForward, serviceToken } from './smoke/cluster.mjs';
import { expectStatus, hubApi, wordsAbout } from './smoke/hub-api.mjs';
import { askKernel } from './smoke/kernel.mjs';
import { NoAnswer, until } from './smoke/patience.mjs';

/** Milliseconds for a server to start; a new machine and a large image take a quarter of an hour. */
const patience = Number(process.env.SMOKE_TIMEOUT_SECONDS ?? 1500) * 1000;
/** Milliseconds for a kernel to answer, and for a server to stop. */
const kernelPatience = Math.min(patience, 180_000);
const stopPatience = Math.min(patience, 300_000);
/** The build that runs this ends after three hours; what comes behind the profiles needs some of them. */
const longest = 150 * 60_000;

const { users, profiles } = JSON.parse(readFileSync('opensarlab/smoke-test.json', 'utf8'));

const cancelled = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'])
  process.on(name, () => cancelled.abort(new Error(`The smoke test was stopped (${name}).`)));

const serverOf = ({ body }) => body?.servers?.[''];

/** Stops a user's server, and waits until it is gone; without one there is nothing to do. Goes on when the test is stopped. */
async function stopServer({ call }, user) {
  await until('Stopping', stopPatience, async () => {
    const found = await call('GET', `/users/${user}`);
    if (serverOf(found) === undefined) return true;
    // 400: it is in the middle of something else, e.g. of starting.
    if (serverOf(found).pending !== 'stop')
      expectStatus('stopping', await call('DELETE', `/users/${user}/server`), [202, 204, 400, 404]);
    return undefined;
  });
}

async function removeUser(api, user) {
  await stopServer(api, user);
  await until(`Removing the user ${user}`, stopPatience, async () => {
    const answer = await api.call('DELETE', `/users/${user}`);
    // 400: the hub is not done with the server yet.
    if (answer.status === 400) return undefined;
    expectStatus(`removing the user ${user}`, answer, [204, 404]);
    return true;
  });
}

/** What an earlier test left, which was interrupted, must not pass for this one's. */
async function prepareUser(api, user) {
  await until(
    `Making the user ${user}`,
    stopPatience,
    async () => {
      expectStatus(`making the user ${user}`, await api.call('POST', `/users/${user}`), [201, 409]);
      return true;
    },
    cancelled.signal,
  );
  await stopServer(api, user);
}

async function startServer({ call }, user, slug) {
  let isAsked = false;
  await until(
    'Starting',
    patience,
    async () => {
      // Whether the hub took in a request that was not answered, only it can tell.
      const found = await call('GET', `/users/${user}`).catch((error) => {
        // A hub that restarts forgets the starts that are under way.
        isAsked = false;
        throw error;
      });
      const server = serverOf(found);
      if (server?.ready) return server;
      if (server !== undefined || found.status !== 200) return undefined;
      // A start that failed leaves neither a server nor anything pending.
      if (isAsked) throw new Error('the hub gave up starting the server');
      expectStatus('starting', await call('POST', `/users/${user}/server`, { profile: slug }), [201, 202]);
      isAsked = true;
      return undefined;
    },
    cancelled.signal,
  );
}

async function tryProfile(api, user, { slug, image }) {
  const started = Date.now();
  await startServer(api, user, slug);
  const seconds = Math.round((Date.now() - started) / 1000);
  const running = await imageOfServer(user);
  if (running !== image) throw new Error(`it runs the image ${running}, not ${image}`);
  await askKernel(api, user, kernelPatience, cancelled.signal);
  console.log(`profile ${slug}: started after ${seconds} s, and a kernel answers`);
}

/** Tries profiles one after the other as one user, as long as there are any. */
async function work(api, user, queue, end, outcome) {
  for (let profile = queue.shift(); profile !== undefined; profile = queue.shift()) {
    const { slug } = profile;
    if (Date.now() >= end) {
      outcome.untested.push(slug);
      continue;
    }
    try {
      await tryProfile(api, user, profile);
    } catch (error) {
      cancelled.signal.throwIfAborted();
      outcome[error instanceof NoAnswer ? 'untested' : 'failed'].push(slug);
      console.error([`profile ${slug}: ${error.message}`, ...(await wordsAbout(api, user)).slice(-5)].join('\n  '));
    }
    await stopServer(api, user);
  }
}

/** Every user works through the queue; whatever happens to one, the others end what they do, and all users go. */
async function tryProfiles(api) {
  const workers = users.slice(0, profiles.length);
  const rounds = Math.ceil(profiles.length / Math.max(workers.length, 1));
  const end = Date.now() + Math.min(rounds * (patience + kernelPatience + stopPatience), longest);
  const queue = [...profiles];
  const outcome = { failed: [], untested: [] };
  const results = await Promise.allSettled(
    workers.map(async (user) => {
      try {
        await prepareUser(api, user);
        await work(api, user, queue, end, outcome);
      } finally {
        await removeUser(cleaning(api), user);
      }
    }),
  );
  const problems = results.flatMap(({ reason }) => (reason === undefined ? [] : [reason.message]));
  cancelled.signal.throwIfAborted();
  return { ...outcome, untested: [...outcome.untested, ...queue.map(({ slug }) => slug)], problems };
}

/** The same API, which a stopped test may still call to tidy up. */
const cleaning = ({ base, headers }) => hubApi(base, headers.authorization.replace(/^token /, ''));

function verdict({ failed, untested, problems }) {
  const order = ({ slug }) => slug;
  const inOrder = (slugs) =>
    profiles
      .map(order)
      .filter((slug) => slugs.includes(slug))
      .join(', ');
  const sentences = [
    failed.length === 0 ? '' : `${failed.length} of ${profiles.length} profiles did not start: ${inOrder(failed)}`,
    untested.length === 0
      ? ''
      : `${untested.length} of ${profiles.length} profiles could not be tested: ${inOrder(untested)}`,
    ...new Set(problems),
  ];
  return sentences.filter((sentence) => sentence !== '').join('; ');
}

const forward = await openForward();
try {
  const api = hubApi(forward.base, await serviceToken(), cancelled.signal);
  const version = await until(
    'Reaching the hub',
    Math.min(patience, 300_000),
    async () => {
      return (await api.call('GET', '/')).body?.version;
    },
    cancelled.signal,
  ).catch((error) => {
    const code = forward.ended();
    throw code === undefined || code === null
      ? error
      : new Error(`${error.message}; kubectl port-forward ended with ${code}`);
  });
  console.log(`JupyterHub ${version}`);
  const problem = verdict(await tryProfiles(api));
  if (problem !== '') throw new Error(problem);
  console.log(`All ${profiles.length} profiles start.`);
} catch (error) {
  console.error(`Smoke test failed: ${error.message}`);
  // For the phase, which says at the end what became of the hub.
  if (process.env.SMOKE_VERDICT !== undefined) writeFileSync(process.env.SMOKE_VERDICT, error.message);
  process.exitCode = cancelled.signal.aborted ? 130 : 1;
} finally {
  forward.close();
}
