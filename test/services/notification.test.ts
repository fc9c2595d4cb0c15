import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../cluster/services/notifications/calendar.ts';
import { activeNotifications, notificationsFor } from '../../cluster/services/notifications/notification.ts';
import { calendar, component, event, guide, now, shown, today } from './ical.ts';

const outage = { title: 'Outage', message: 'We are down at noon.', type: 'warning' };

function read(feed: string, moment = now) {
  const { active, problems } = activeNotifications(readCalendar(feed), moment);
  return { problems, for: (profile: string) => notificationsFor(profile, active) };
}

describe('what an event says', () => {
  it.each([
    ['plain', guide],
    [
      'as Google Calendar escapes it',
      '&lt\\;meta&gt\\;<br>profile: SAR 1<br>type: warning<br><br>&lt\\;message&gt\\;<br>We are down at noon.',
    ],
    [
      'in paragraphs',
      '<p>&lt\\;meta&gt\\;</p><p>profile: SAR 1</p><p>type: Warning</p>< message >We are down at noon.',
    ],
    ['with quotes, as YAML', '<meta>\\nprofile: "SAR 1"\\ntype: \'warning\'\\n<message>We are down at noon.'],
  ])('is read %s', (_, DESCRIPTION) => {
    const found = read(calendar(event({ ...today, DESCRIPTION })));
    expect(found.problems).toEqual([]);
    expect(found.for('SAR 1')).toEqual([outage]);
  });

  it('is for the named profiles only, compared exactly', () => {
    const found = read(calendar(event(shown)));
    expect(found.for('Hello World')).toHaveLength(1);
    for (const other of ['SAR', 'SAR 11', 'sar 1', 'SAR 1, Hello World', '', '__proto__']) {
      expect(found.for(other), other).toEqual([]);
    }
  });

  it('is shown only while the event lasts', () => {
    const feed = calendar(event(shown));
    expect(read(feed, new Date('2026-11-23T18:00:01Z')).for('SAR 1')).toEqual([]);
    expect(read(feed, new Date('2026-11-23T07:59:59Z')).for('SAR 1')).toEqual([]);
  });

  it('is muted by `mute`, whatever it says but no', () => {
    const mute = (value: string) => guide.replace('type: warning', `type: warning\\nmute: ${value}`);
    const found = (value: string) => read(calendar(event({ ...today, DESCRIPTION: mute(value) }))).for('SAR 1');
    expect(found('true')).toEqual([]);
    expect(found('false')).toEqual([outage]);
  });

  it('is plain text, without markup and control characters', () => {
    const DESCRIPTION = `${guide}<script>alert(1)</script>\u0007 5 < 6 &amp; 7`;
    const [notification] = read(calendar(event({ ...today, DESCRIPTION }))).for('SAR 1');
    expect(notification?.message).toBe('We are down at noon.alert(1) 5 < 6 & 7');
  });
});

describe('when an event is on', () => {
  const zone = component(
    'VTIMEZONE',
    'TZID:America/Anchorage',
    component('STANDARD', 'DTSTART:20071104T020000', 'TZOFFSETFROM:-0800', 'TZOFFSETTO:-0900'),
  );
  const { UID, SUMMARY } = today;

  it.each([
    ['weekly', { ...shown, DTSTART: '20261102T080000Z', DTEND: '20261102T180000Z', RRULE: 'FREQ=WEEKLY' }, true],
    ['weekly, not today', { ...shown, DTSTART: '20261103T080000Z', DTEND: '20261103T180000Z', RRULE: 'FREQ=WEEKLY' }],
    [
      'weekly, but not today',
      {
        ...shown,
        DTSTART: '20261102T080000Z',
        DTEND: '20261102T180000Z',
        RRULE: 'FREQ=WEEKLY',
        EXDATE: '20261123T080000Z',
      },
    ],
    ['a whole day', { UID, SUMMARY, DESCRIPTION: guide, 'DTSTART;VALUE=DATE': '20261123' }, true],
    ['with a duration', { UID, SUMMARY, DESCRIPTION: guide, DTSTART: '20261123T110000Z', DURATION: 'PT2H' }, true],
    [
      'in local time',
      {
        UID,
        SUMMARY,
        DESCRIPTION: guide,
        'DTSTART;TZID=America/Anchorage': '20261123T020000',
        'DTEND;TZID=America/Anchorage': '20261123T040000',
      },
      true,
    ],
    ['cancelled', { ...shown, STATUS: 'CANCELLED' }],
  ])('%s', (_, properties, on = false) => {
    const found = read(calendar(zone, event(properties as Record<string, string>)));
    expect(found.problems).toEqual([]);
    expect(found.for('SAR 1')).toHaveLength(on ? 1 : 0);
  });

  it('an instance that was moved or changed counts instead of the regular one', () => {
    const daily = { ...shown, DTSTART: '20261101T080000Z', DTEND: '20261101T180000Z', RRULE: 'FREQ=DAILY' };
    const moved = {
      ...shown,
      'RECURRENCE-ID': '20261123T080000Z',
      SUMMARY: 'Later',
      DTSTART: '20261123T150000Z',
      DTEND: '20261123T160000Z',
    };
    const feed = calendar(event(daily), event(moved));
    expect(read(feed).for('SAR 1')).toEqual([]);
    expect(read(feed, new Date('2026-11-23T15:30:00Z')).for('SAR 1')).toMatchObject([{ title: 'Later' }]);
  });
});

describe('an event that cannot be shown', () => {
  it.each([
    ['no markers', { ...today, DESCRIPTION: 'no markers' }, 'no <meta> followed by <message>'],
    ['no description', today, 'no <meta> followed by <message>'],
    ['unknown type', { ...today, DESCRIPTION: '<meta>\\nprofile: SAR 1\\ntype: shout\\n<message>x' }, '"shout"'],
    ['no profile', { ...today, DESCRIPTION: '<meta>\\nprofile: , \\ntype: info\\n<message>x' }, 'names no profile'],
    ['bad rule', { ...shown, RRULE: 'FREQ=NEVER' }, 'FREQ'],
    ['rule without end', { ...shown, DTSTART: '20250101T000000Z', RRULE: 'FREQ=SECONDLY' }, 'terations'],
    ['bad start', { ...shown, DTSTART: 'nonsense' }, 'its start cannot be read'],
    ['bad end', { ...shown, DTEND: 'nonsense' }, 'its end cannot be read'],
  ])('%s: it is named, and the others are shown', (SUMMARY, properties, reason) => {
    const bad = event({ ...properties, UID: '2', SUMMARY });
    const found = read(calendar(bad, event(shown), bad.replace('UID:2', 'UID:3')));
    expect(found.for('SAR 1')).toEqual([outage]);
    expect(found.problems).toEqual([
      { title: SUMMARY, reason: expect.stringContaining(reason) },
      { title: SUMMARY, reason: expect.stringContaining(reason) },
    ]);
  });

  it('is one that ends nowhere; those before it are shown', () => {
    const feed = calendar(event(shown)).replace('END:VCALENDAR', 'BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:open\r\n');
    expect(read(feed).for('SAR 1')).toEqual([outage]);
  });

  it('does not take events with its UID along', () => {
    const found = read(calendar(event({ ...shown, RRULE: 'FREQ=NEVER' }), event({ ...shown, SUMMARY: 'Second' })));
    expect(found.for('SAR 1')).toMatchObject([{ title: 'Second' }]);
  });
});

describe('a feed', () => {
  it('may fold its lines and end them as it likes', () => {
    const folded = calendar(event(shown)).replace('We are down', 'We a\r\n re down');
    for (const feed of [folded, folded.replaceAll('\r\n', '\n')]) expect(read(feed).for('SAR 1')).toEqual([outage]);
  });

  it.each(['', '<html>sign in</html>', '<html>BEGIN:VCALENDAR'])('that is none is refused: %j', (text) => {
    expect(() => readCalendar(text)).toThrow('not an iCal calendar');
  });

  it('with thousands of events is refused', () => {
    expect(() => readCalendar(calendar(...Array.from({ length: 5001 }, () => event(today))))).toThrow('more than 5000');
  });

  it('of any lines is read without an error', () => {
    const line = fc.oneof(
      fc.constantFrom('BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VTIMEZONE', 'END:VTIMEZONE', 'END:VCALENDAR', 'UID:1'),
      fc.constantFrom('DTSTART:20261123T080000Z', 'RRULE:FREQ=DAILY', 'DTEND;TZID=a/b:x', 'BEGIN:VALARM', 'DTSTART'),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        expect(Array.isArray(read(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines].join('\r\n')).problems)).toBe(true);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
