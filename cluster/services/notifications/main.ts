import { fetchFeed, getPublicHttps } from './feed.ts';
import { createNotificationServer } from './server.ts';

const port = Number(process.env.PORT ?? 8080);
const calendarUrl = process.env.ICAL_URL;

const server = createNotificationServer({
  calendarUrl: calendarUrl === undefined || calendarUrl === '' ? undefined : calendarUrl,
  fetchFeed: (url) => fetchFeed(url, getPublicHttps),
  now: () => new Date(),
  log: (line) => process.stdout.write(`${line}\n`),
});
server.listen(port, () => process.stdout.write(`notifications: port ${port}\n`));
process.once('SIGTERM', () => server.close());
