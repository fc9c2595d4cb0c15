import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createNotificationServer } from '../../cluster/services/notifications/server.ts';
import { calendar, event, now, shown, today } from './ical.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function serve(feed: () => Promise<string>, { declared = true } = {}) {
  const fetched: string[] = [];
  const log: string[] = [];
  const clock = { now };
  const fetchFeed = (url: string): Promise<string> => {
    fetched.push(url);
    return feed();
  };
  const server = createNotificationServer({
    calendarUrl: declared ? 'https://calendar.example.org/a' : undefined,
    fetchFeed,
    now: () => clock.now,
    log: (line) => log.push(line),
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = (target: string) => fetch(`http://127.0.0.1:${port}${target}`);
  const path = '/services/notifications/?profile=SAR%201';
  const wait = (seconds: number): void => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };
  return { get, notifications: () => get(path), fetched, log, port, wait };
}

it('fetches the declared feed only, once for many requests, and again after a minute', async () => {
  const { get, notifications, fetched, wait } = await serve(async () => calendar(event(shown)));
  const first = await get('/services/notifications/?profile=SAR+1&ical=http://169.254.169.254/');
  expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(first.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await first.json()).toEqual([{ title: 'Outage', message: 'We are down at noon.', type: 'warning' }]);
  await Promise.all([notifications(), notifications()]);
  expect(fetched).toEqual(['https://calendar.example.org/a']);
  wait(61);
  await notifications();
  expect(fetched).toHaveLength(2);
});

it('answers 502 and logs the reason once, leaves the source alone for 15 seconds, and recovers', async () => {
  let broken = true;
  const { notifications, log, fetched, wait } = await serve(async () => {
    if (broken) throw new Error('the server answered 503');
    return calendar(event(shown));
  });
  for (let request = 0; request < 3; request += 1) expect((await notifications()).status).toBe(502);
  expect(log).toEqual(['calendar: the server answered 503']);
  expect(fetched).toHaveLength(1);
  broken = false;
  wait(16);
  expect(await (await notifications()).json()).toHaveLength(1);
});

it('logs an event that cannot be shown once for many requests', async () => {
  const { notifications, log } = await serve(async () => calendar(event({ ...today, SUMMARY: 'Broken\\, "this"' })));
  await notifications();
  expect(await (await notifications()).json()).toEqual([]);
  expect(log).toEqual(['event "Broken, \\"this\\"" is not shown: its description has no <meta> followed by <message>']);
});

it('without a feed there is nothing to say, and nothing is fetched', async () => {
  const { notifications, fetched } = await serve(async () => calendar(event(shown)), { declared: false });
  expect(await (await notifications()).json()).toEqual([]);
  expect(fetched).toEqual([]);
});

it.each([
  ['GET /health', 200],
  ['GET /', 404],
  ['GET /services/notifications/', 400],
  [`GET /services/notifications/?profile=${'a'.repeat(201)}`, 400],
  ['POST /services/notifications/?profile=a', 405],
  ['GET //', 404],
  ['GET http://[/', 404],
  ['GET /services/notifications/?profile=%E0%A4%A', 200],
])('%s is answered with %i, and the service lives on', async (request, status) => {
  const { port, get } = await serve(async () => calendar());
  const line = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`${request} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('end', () => resolve(text.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
  expect(line).toContain(`HTTP/1.1 ${status}`);
  expect((await get('/health')).status).toBe(200);
});
