import ical from 'node-ical';

/** What a user sees: info blue, success green, warning yellow, error red. */
export const notificationTypes = ['info', 'success', 'warning', 'error'] as const;
export type NotificationType = (typeof notificationTypes)[number];

export type Notification = { title: string; message: string; type: NotificationType };

/** An event that cannot be shown, and why; the other events are shown all the same. */
export type Problem = { title: string; reason: string };

export type ActiveNotifications = { notifications: Notification[]; problems: Problem[] };

/**
 * The notifications of a calendar that are on now, for one profile. An event's title is the notification's title; its
 * description holds `<meta>`, with the lines `profile:` (names, comma-separated), `type:` and optionally `mute:`, and
 * `<message>` with the text. Repeating events count while one of their instances is on.
 *
 * @param calendar an iCal feed (RFC 5545)
 * @param profile the profile's name, compared exactly
 */
export function activeNotifications(calendar: string, profile: string, now: Date): ActiveNotifications {
  const found: ActiveNotifications = { notifications: [], problems: [] };
  for (const component of Object.values(ical.sync.parseICS(calendar))) {
    if (component?.type !== 'VEVENT' || component.status === 'CANCELLED') continue;
    for (const { summary, event } of ical.expandRecurringEvent(component, {
      from: now,
      to: now,
      expandOngoing: true,
    })) {
      const title = plain(textOf(summary));
      const reading = readDescription(textOf(event.description));
      if ('reason' in reading) found.problems.push({ title, reason: reading.reason });
      else if (!reading.mute && reading.profiles.includes(profile)) {
        found.notifications.push({ title, message: reading.message, type: reading.type });
      }
    }
  }
  return found;
}

/** Properties with parameters (LANGUAGE and the like) are parsed into an object. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'val' in value) return String(value.val);
  return '';
}

type Reading = { profiles: string[]; type: NotificationType; mute: boolean; message: string } | { reason: string };

function readDescription(description: string): Reading {
  const match = /<meta>(?<meta>[\s\S]*?)<message>(?<message>[\s\S]*)$/.exec(withMarkers(description));
  if (match?.groups === undefined) return { reason: 'its description has no <meta> followed by <message>' };
  const settings = new Map<string, string>();
  for (const line of plain(match.groups['meta'] ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) settings.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const type = (settings.get('type') ?? 'info').toLowerCase();
  if (!isNotificationType(type))
    return { reason: `its type is ${JSON.stringify(type)}, not ${notificationTypes.join(', ')}` };
  const profiles = (settings.get('profile') ?? '').split(',').map((name) => name.trim());
  if (profiles.every((name) => name === '')) return { reason: 'it names no profile' };
  const mute = !['', 'false', 'no'].includes((settings.get('mute') ?? '').toLowerCase());
  return { profiles, type, mute, message: plain(match.groups['message'] ?? '') };
}

function isNotificationType(value: string): value is NotificationType {
  return notificationTypes.some((type) => type === value);
}

/** Google Calendar escapes the two markers as HTML and other calendars do not; both give the same. */
function withMarkers(description: string): string {
  return description
    .replace(/&lt;\s*(meta|message)\s*&gt;/gi, '<$1>')
    .replace(/<\s*(meta|message)\s*>/gi, (marker) => marker.toLowerCase());
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** Plain text of a description that may be HTML: breaks become new lines, other tags go, entities are decoded once. */
function plain(html: string): string {
  return html
    .replace(/<br\s*\/?>|<\/p>|<\/div>/gi, '\n')
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => entities[name] ?? entity)
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
