import { createServer, type Server } from 'node:http';
import { activeNotifications } from './notification.ts';

/** How long a fetched calendar is good for. */
const freshMilliseconds = 60_000;

/** Largest feed read; a calendar of notifications has some kilobytes. */
const largestFeed = 5 * 1024 * 1024;

export type NotificationServerOptions = {
  /** The declared feed; undefined: there are no notifications. Nobody else can choose what is fetched. */
  calendarUrl: string | undefined;
  fetch: (url: string, init: { signal: AbortSignal }) => Promise<Response>;
  now: () => Date;
  log: (line: string) => void;
};

/**
 * Serves `GET /services/notifications/?profile=NAME` as JSON. Register it as a JupyterHub service. A feed that cannot be
 * read is a 502 with the reason in the log, never an empty list that looks like "nothing to say".
 */
export function createNotificationServer(options: NotificationServerOptions): Server {
  const feed = cachedFeed(options);
  return createServer(async (request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '/', 'http://service.invalid');
    if (request.method !== 'GET') return answer(405, { error: 'Only GET is possible.' });
    if (url.pathname === '/health') return answer(200, { status: 'ok' });
    if (url.pathname !== '/services/notifications/') return answer(404, { error: 'There is nothing here.' });
    const profile = url.searchParams.get('profile');
    if (profile === null || profile.length > 200)
      return answer(400, { error: 'Give the profile’s name as ?profile=.' });
    try {
      const { notifications, problems } = activeNotifications(await feed(), profile, options.now());
      for (const { title, reason } of problems) options.log(`event ${JSON.stringify(title)} is not shown: ${reason}`);
      answer(200, notifications);
    } catch (error) {
      options.log(`calendar: ${error instanceof Error ? error.message : String(error)}`);
      answer(502, { error: 'The calendar cannot be read at the moment.' });
    }
  });
}

/** Fetches the feed at most once a minute; requests at the same time share one fetch, and a failure is not kept. */
function cachedFeed({ calendarUrl, fetch, now }: NotificationServerOptions): () => Promise<string> {
  let current: Promise<string> | undefined;
  let until = 0;
  return async () => {
    if (calendarUrl === undefined) return '';
    if (current === undefined || now().getTime() >= until) {
      until = now().getTime() + freshMilliseconds;
      current = read(calendarUrl, fetch);
      current.catch(() => {
        current = undefined;
      });
    }
    return await current;
  };
}

async function read(url: string, fetch: NotificationServerOptions['fetch']): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const text = await response.text();
  if (text.length > largestFeed) throw new Error('the feed is larger than 5 MiB');
  if (!text.includes('BEGIN:VCALENDAR')) throw new Error('the answer is not an iCal calendar');
  return text;
}
