/** Lines of one component, as a feed has them. */
export const component = (name: string, ...lines: string[]): string =>
  [`BEGIN:${name}`, ...lines, `END:${name}`].join('\r\n');

export const calendar = (...components: string[]): string =>
  component('VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...components);

/** An event from its properties; a name may have parameters. */
export const event = (properties: Record<string, string>): string =>
  component('VEVENT', ...Object.entries(properties).map(([name, value]) => `${name}:${value}`));

export const now = new Date('2026-11-23T12:00:00Z');

/** An event that is on now. */
export const today = { UID: '1', DTSTART: '20261123T080000Z', DTEND: '20261123T180000Z', SUMMARY: 'Outage' };

/** The example of the operator's guide. */
export const guide = '<meta>\\nprofile: SAR 1\\, Hello World\\ntype: warning\\n\\n<message>\\nWe are down at noon.';

export const shown = { ...today, DESCRIPTION: guide };
