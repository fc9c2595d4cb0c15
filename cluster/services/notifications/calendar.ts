import ical, { type VEvent } from 'node-ical';

/** What is shown of an event while it is on. */
export type Occurrence = { title: string; description: string };

/** An event, with the moved or changed instances of a repeating one. */
export type CalendarEvent = {
  title: string;
  /**
   * The instances that are on at a moment: usually one or none.
   * @throws Error for a repetition that cannot be followed
   */
  at(moment: Date): Occurrence[];
};

/** An event that cannot be shown, and why; the other events are shown all the same. */
export type Problem = { title: string; reason: string };

export type Calendar = { events: CalendarEvent[]; problems: Problem[] };

/** Most events read of one feed; a calendar of notifications has dozens. */
const mostEvents = 5000;

/**
 * Reads an iCal feed (RFC 5545). Every event is parsed by itself, because one that is malformed must not hide the others.
 * @throws Error when the text is no calendar or has more than 5,000 events
 */
export function readCalendar(feed: string): Calendar {
  const { zones, events } = splitComponents(feed);
  const calendar: Calendar = { events: [], problems: [] };
  for (const texts of groupsOf(events)) {
    const title = titleOf(texts[0] ?? '');
    try {
      calendar.events.push(parseEvent(title, zones, texts));
    } catch (error) {
      calendar.problems.push({ title, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return calendar;
}

/** The blocks from BEGIN to END of time zones and of events, with lines that RFC 5545, 3.1 has folded put together. */
function splitComponents(feed: string): { zones: string[]; events: string[] } {
  const text = feed.replace(/\r\n?/g, '\n').replace(/\n[ \t]/g, '');
  if (!/^BEGIN:VCALENDAR[ \t]*$/im.test(text)) throw new Error('the answer is not an iCal calendar');
  const found: Record<'VTIMEZONE' | 'VEVENT', string[]> = { VTIMEZONE: [], VEVENT: [] };
  let open: { kind: 'VTIMEZONE' | 'VEVENT'; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const mark = line.trim().toUpperCase();
    if (mark === 'BEGIN:VEVENT' || mark === 'BEGIN:VTIMEZONE') {
      open = { kind: mark === 'BEGIN:VEVENT' ? 'VEVENT' : 'VTIMEZONE', lines: [] };
    }
    open?.lines.push(line);
    if (open === undefined || mark !== `END:${open.kind}`) continue;
    found[open.kind].push(open.lines.join('\r\n'));
    open = undefined;
    if (found.VEVENT.length > mostEvents) throw new Error(`the calendar has more than ${mostEvents} events`);
  }
  return { zones: found.VTIMEZONE, events: found.VEVENT };
}

/**
 * Events by their UID: a repeating event first, then its changed instances, which name theirs in RECURRENCE-ID. Events
 * that share a UID for no reason are kept apart.
 */
function groupsOf(events: readonly string[]): string[][] {
  const groups = new Map<string, { own: string[]; changed: string[] }>();
  for (const [index, event] of events.entries()) {
    const uid = property(event, 'UID') ?? `without UID, ${index}`;
    const group = groups.get(uid) ?? { own: [], changed: [] };
    groups.set(uid, group);
    (property(event, 'RECURRENCE-ID') === undefined ? group.own : group.changed).push(event);
  }
  return [...groups.values()].flatMap(({ own, changed }) =>
    own.length === 1 ? [[...own, ...changed]] : [...own, ...changed].map((event) => [event]),
  );
}

/** A property's raw value, whatever its parameters. */
function property(event: string, name: string): string | undefined {
  for (const line of event.split(/[\r\n]+/)) {
    const [start, own] = /^([A-Za-z-]+)(?:;[^:]*)?:/.exec(line) ?? [];
    if (start !== undefined && own?.toUpperCase() === name) return line.slice(start.length).trim();
  }
  return undefined;
}

/** For messages about events that cannot be parsed. */
function titleOf(event: string): string {
  return (property(event, 'SUMMARY') ?? 'without title').replace(/\\([,;\\])/g, '$1').slice(0, 200);
}

function parseEvent(title: string, zones: readonly string[], texts: readonly string[]): CalendarEvent {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...zones, ...texts, 'END:VCALENDAR'].join('\r\n');
  const components = Object.values(ical.sync.parseICS(text)).filter((component) => component?.type === 'VEVENT');
  const [event] = components;
  if (event === undefined) throw new Error('it cannot be read');
  if (!isDate(event.start)) throw new Error('its start cannot be read');
  if (property(texts[0] ?? '', 'DTEND') !== undefined && !isDate(event.end)) throw new Error('its end cannot be read');
  return { title, at: (moment) => occurrences(event, moment) };
}

const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

function occurrences(event: VEvent, moment: Date): Occurrence[] {
  if (event.status === 'CANCELLED') return [];
  const instances = ical.expandRecurringEvent(event, { from: moment, to: moment, expandOngoing: true });
  return instances
    .filter(({ event: instance }) => instance.status !== 'CANCELLED')
    .map(({ summary, event: instance }) => ({ title: textOf(summary), description: textOf(instance.description) }));
}

/** Properties with parameters (LANGUAGE and the like) are parsed into an object. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'val' in value) return String(value.val);
  return '';
}
