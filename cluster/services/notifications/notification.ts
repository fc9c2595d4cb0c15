import type { Calendar, Problem } from './calendar.ts';

/** What a user sees: info blue, success green, warning yellow, error red. */
export const notificationTypes = ['info', 'success', 'warning', 'error'] as const;
export type NotificationType = (typeof notificationTypes)[number];

/** Title and message are plain text: whoever shows them in a page must not insert them as HTML. */
export type Notification = { title: string; message: string; type: NotificationType };

/** The profiles a notification is for, and what they see. */
export type ActiveNotification = { profiles: string[]; notification: Notification };

export type ActiveNotifications = { active: ActiveNotification[]; problems: Problem[] };

/**
 * The notifications of a calendar that are on now. An event's title is the notification's title; its description holds
 * `<meta>`, with the lines `profile:` (names, comma-separated), `type:` and optionally `mute:`, and `<message>` with the
 * text. Repeating events count while one of their instances is on.
 */
export function activeNotifications(calendar: Calendar, now: Date): ActiveNotifications {
  const found: ActiveNotifications = { active: [], problems: [...calendar.problems] };
  for (const { title: name, at } of calendar.events) {
    try {
      for (const { title, description } of at(now)) {
        const { profiles, mute, message, type } = readDescription(description);
        if (!mute) found.active.push({ profiles, notification: { title: plain(title), message, type } });
      }
    } catch (error) {
      found.problems.push({ title: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

/** Those of one profile, whose name is compared exactly. */
export function notificationsFor(profile: string, active: readonly ActiveNotification[]): Notification[] {
  return active.filter(({ profiles }) => profiles.includes(profile)).map(({ notification }) => notification);
}

type Reading = { profiles: string[]; type: NotificationType; mute: boolean; message: string };

/** @throws Error with the reason why the event cannot be shown */
function readDescription(description: string): Reading {
  const text = withMarkers(description);
  const start = text.indexOf('<meta>');
  const end = text.indexOf('<message>', start);
  if (start < 0 || end < 0) throw new Error('its description has no <meta> followed by <message>');
  const settings = settingsOf(text.slice(start + '<meta>'.length, end));
  const type = (settings.get('type') ?? 'info').toLowerCase();
  if (!isNotificationType(type)) {
    throw new Error(`its type is ${JSON.stringify(type)}, not ${notificationTypes.join(', ')}`);
  }
  const profiles = (settings.get('profile') ?? '')
    .split(',')
    .map(unquoted)
    .filter((name) => name !== '');
  if (profiles.length === 0) throw new Error('it names no profile');
  const mute = !['', 'false', 'no'].includes((settings.get('mute') ?? '').toLowerCase());
  return { profiles, type, mute, message: plain(text.slice(end + '<message>'.length)) };
}

/** `name: value` lines; the first of a name counts. */
function settingsOf(meta: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of plain(meta).split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '' && !settings.has(name)) settings.set(name, unquoted(line.slice(colon + 1)));
  }
  return settings;
}

/** Without the quotes that YAML, which these lines once were, allows around a text. */
function unquoted(value: string): string {
  const text = value.trim();
  const isQuoted = text.length > 1 && /^["']/.test(text) && text.endsWith(text.charAt(0)) && !text.includes('\n');
  return isQuoted ? text.slice(1, -1).trim() : text;
}

function isNotificationType(value: string): value is NotificationType {
  return notificationTypes.some((type) => type === value);
}

/** Google Calendar escapes the two markers as HTML and other calendars do not; both give the same. */
function withMarkers(description: string): string {
  return description
    .replace(/&lt;\s*(meta|message)\s*&gt;/gi, '<$1>')
    .replace(/<\s*(meta|message)\s*>/gi, (marker) => marker.toLowerCase().replace(/\s/g, ''));
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** Plain text of a description that may be HTML: breaks become new lines, other tags go, entities are decoded once. */
function plain(html: string): string {
  return html
    .replace(/<br\s*\/?>|<\/p>|<\/div>|<\/li>/gi, '\n')
    .replace(/<\/?[a-z][^<>]{0,500}>/gi, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity, name: string) => entities[name] ?? entity)
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
