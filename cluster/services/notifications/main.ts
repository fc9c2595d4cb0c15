import { createNotificationServer } from './server.ts';

const port = Number(process.env.PORT ?? 8080);
const calendarUrl = process.env.ICAL_URL;

const server = createNotificationServer({
  calendarUrl: calendarUrl === undefined || calendarUrl === '' ? undefined : calendarUrl,
  fetch: (url, init) => fetch(url, init),
  now: () => new Date(),
  log: (line) => process.stdout.write(`${line}\n`),
});
server.listen(port, () => process.stdout.write(`notifications: port ${port}\n`));
process.on('SIGTERM', () => server.close());
