import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { activeNotifications } from './notification.ts';
import { createNotificationServer } from './server.ts';

const now = new Date('2026-11-23T12:00:00Z');

function event(lines: Record<string, string>): string {
  return ['BEGIN:VEVENT', ...Object.entries(lines).map(([name, value]) => `${name}:${value}`), 'END:VEVENT'].join(
    '\r\n',
  );
}
const calendar = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...events, 'END:VCALENDAR'].join('\r\n');
const today = { UID: '1', DTSTART: '20261123T080000Z', DTEND: '20261123T180000Z', SUMMARY: 'Outage' };
const guide = '<meta>\\nprofile: SAR 1\\, Hello World\\ntype: warning\\n\\n<message>\\nWe are down at noon.';

describe('activeNotifications', () => {
  it('reads the example of the guide, plain or escaped as Google Calendar sends it', () => {
    const escaped =
      '&lt\\;meta&gt\\;<br>profile: SAR 1<br>type: warning<br><br>&lt\\;message&gt\\;<br>We are down at noon.';
    const expected = [{ title: 'Outage', message: 'We are down at noon.', type: 'warning' }];
    expect(activeNotifications(calendar(event({ ...today, DESCRIPTION: guide })), 'SAR 1', now).notifications).toEqual(
      expected,
    );
    expect(
      activeNotifications(calendar(event({ ...today, DESCRIPTION: escaped })), 'SAR 1', now).notifications,
    ).toEqual(expected);
  });

  it('shows it to the named profiles only, compared exactly, and only while the event lasts', () => {
    const feed = calendar(event({ ...today, DESCRIPTION: guide }));
    expect(activeNotifications(feed, 'Hello World', now).notifications).toHaveLength(1);
    expect(activeNotifications(feed, 'SAR', now).notifications).toEqual([]);
    expect(activeNotifications(feed, 'SAR 1', new Date('2026-11-23T18:00:01Z')).notifications).toEqual([]);
    expect(activeNotifications(feed, 'SAR 1', new Date('2026-11-23T07:59:59Z')).notifications).toEqual([]);
  });

  it('follows repetition rules', () => {
    const weekly = event({
      ...today,
      DTSTART: '20261102T080000Z',
      DTEND: '20261102T180000Z',
      RRULE: 'FREQ=WEEKLY',
      DESCRIPTION: guide,
    });
    expect(activeNotifications(calendar(weekly), 'SAR 1', now).notifications).toHaveLength(1);
    expect(activeNotifications(calendar(weekly), 'SAR 1', new Date('2026-11-24T12:00:00Z')).notifications).toEqual([]);
  });

  it('names an event it cannot read and shows the others', () => {
    const bad = event({ ...today, UID: '2', SUMMARY: 'Broken', DESCRIPTION: 'no markers' });
    const loud = event({
      ...today,
      UID: '3',
      SUMMARY: 'Loud',
      DESCRIPTION: '<meta>\\nprofile: SAR 1\\ntype: shout\\n<message>x',
    });
    const { notifications, problems } = activeNotifications(
      calendar(bad, loud, event({ ...today, DESCRIPTION: guide })),
      'SAR 1',
      now,
    );
    expect(notifications).toHaveLength(1);
    expect(problems.map(({ title }) => title).sort()).toEqual(['Broken', 'Loud']);
  });

  it('mutes, and keeps markup out of messages', () => {
    const muted = guide.replace('type: warning', 'type: warning\\nmute: true');
    expect(activeNotifications(calendar(event({ ...today, DESCRIPTION: muted })), 'SAR 1', now).notifications).toEqual(
      [],
    );
    const marked = `${guide}<script>alert(1)</script>`;
    const [shown] = activeNotifications(calendar(event({ ...today, DESCRIPTION: marked })), 'SAR 1', now).notifications;
    expect(shown?.message).toBe('We are down at noon.alert(1)');
  });
});

describe('the service', () => {
  const servers: ReturnType<typeof createNotificationServer>[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  async function serve(
    feed: () => Promise<Response>,
    calendarUrl: string | undefined = 'https://calendar.example.org/a.ics',
  ) {
    const fetched: string[] = [];
    const log: string[] = [];
    const fetch = (url: string): Promise<Response> => {
      fetched.push(url);
      return feed();
    };
    const server = createNotificationServer({ calendarUrl, fetch, now: () => now, log: (line) => log.push(line) });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/notifications/`;
    return { get: (query: string) => globalThis.fetch(base + query), fetched, log };
  }

  it('fetches the declared feed only, once for many requests', async () => {
    const { get, fetched } = await serve(async () => new Response(calendar(event({ ...today, DESCRIPTION: guide }))));
    const first = await get('?profile=SAR%201&ical=http://169.254.169.254/');
    expect(await first.json()).toHaveLength(1);
    await get('?profile=SAR%201');
    expect(fetched).toEqual(['https://calendar.example.org/a.ics']);
  });

  it('answers 502 and logs the reason when the feed cannot be read, and tries again', async () => {
    let broken = true;
    const { get, log } = await serve(async () =>
      broken ? new Response('x', { status: 503 }) : new Response(calendar()),
    );
    expect((await get('?profile=a')).status).toBe(502);
    expect(log).toEqual(['calendar: the server answered 503']);
    broken = false;
    expect(await (await get('?profile=a')).json()).toEqual([]);
  });

  it('refuses a request without a profile', async () => {
    const { get } = await serve(async () => new Response(calendar()));
    expect((await get('')).status).toBe(400);
  });
});
