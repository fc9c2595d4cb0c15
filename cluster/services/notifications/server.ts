import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Calendar, readCalendar } from './calendar.ts';
import { type ActiveNotifications, activeNotifications, notificationsFor } from './notification.ts';

/** How long a fetched calendar is good for, in milliseconds. */
const freshMilliseconds = 60_000;

/** How long after a failure the feed is left alone. */
const pauseMilliseconds = 15_000;

export type NotificationServerOptions = {
  /** The declared feed; undefined: there are no notifications. Nobody else can choose what is fetched. */
  calendarUrl: string | undefined;
  /** Downloads it as text. */
  fetchFeed: (url: string) => Promise<string>;
  now: () => Date;
  log: (line: string) => void;
};

/**
 * Serves `GET /services/notifications/?profile=NAME` as JSON, the address under which the hub's proxy passes requests on.
 * A feed that cannot be read is a 502 with the reason in the log, never an empty list that looks like "nothing to say".
 */
export function createNotificationServer(options: NotificationServerOptions): Server {
  const current = currentNotifications(options);
  const server = createServer((request, response) => void respond(request, response, current));
  // A request is one line and a few headers.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  return server;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  current: () => Promise<ActiveNotifications>,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(response, 405, { error: 'Only GET is possible.' });
  }
  // No base address: a target that starts with // must not be taken for a host.
  const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
  if (path === '/health') return answer(response, 200, { status: 'ok' });
  if (path !== '/services/notifications/') return answer(response, 404, { error: 'There is nothing here.' });
  const profile = new URLSearchParams(query).get('profile');
  if (profile === null || profile.length > 200) {
    return answer(response, 400, { error: 'Give the profile’s name as ?profile=.' });
  }
  const found = await current().catch(() => undefined);
  if (found === undefined) return answer(response, 502, { error: 'The calendar cannot be read at the moment.' });
  return answer(response, 200, notificationsFor(profile, found.active));
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(body));
}

/** What is on now, worked out at most once a minute whoever asks; each time, what cannot be shown is logged. */
function currentNotifications({ calendarUrl, fetchFeed, now, log }: NotificationServerOptions) {
  let latest: Promise<ActiveNotifications> | undefined;
  let until = 0;
  const work = async (url: string): Promise<ActiveNotifications> => {
    const calendar: Calendar = readCalendar(await fetchFeed(url));
    const found = activeNotifications(calendar, now());
    for (const { title, reason } of found.problems) log(`event ${JSON.stringify(title)} is not shown: ${reason}`);
    return found;
  };
  return async (): Promise<ActiveNotifications> => {
    if (calendarUrl === undefined) return { active: [], problems: [] };
    if (latest === undefined || now().getTime() >= until) {
      until = now().getTime() + freshMilliseconds;
      latest = work(calendarUrl);
      latest.catch((error: unknown) => {
        until = now().getTime() + pauseMilliseconds;
        log(`calendar: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
    return await latest;
  };
}
