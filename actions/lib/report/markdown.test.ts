import fc from 'fast-check';
import markdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { cellCode, code, duration, table, text, usd } from './markdown.ts';

const renderer = markdownIt({ html: true });
/** Text that a browser would show for rendered HTML: tags gone, entities decoded, zero-width spaces dropped. */
const shown = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replaceAll('\u200b', '')
    .trim();
const squeeze = (value: string): string => value.replace(/\s+/g, ' ').trim();
const printable = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
  .filter((value) => value.trim() !== '');

describe('text', () => {
  it.each([
    '<img src=x onerror=alert(1)>',
    '[click](https://example.org)',
    '**bold** _it_ `code`',
    '| a | b |',
    '# heading',
    '1. item',
    'a\n\n## b',
    '<!-- hidden -->',
  ])('shows %j as it is, without markup', (value) => {
    const html = renderer.render(text(value));
    expect(html).toMatch(/^<p>[^<]*<\/p>\n$/);
    expect(squeeze(shown(html))).toBe(squeeze(value));
  });

  it('mentions nobody', () => expect(text('@everyone')).not.toMatch(/@\w/));

  it('never opens an element, whatever the text', () => {
    fc.assert(
      fc.property(printable, (value) => {
        const html = renderer.render(`x ${text(value)}`);
        expect(html).toMatch(/^<p>[^<]*<\/p>\n$/);
      }),
    );
  });
});

describe('code', () => {
  it('shows any text, back-ticks included', () => {
    fc.assert(
      fc.property(printable, (value) => {
        const html = renderer.render(`x ${code(value)} y`);
        expect(squeeze(shown(html))).toBe(squeeze(`x ${value} y`));
        expect(html.match(/<code>/g)).toHaveLength(1);
      }),
    );
  });

  it('stays inside its table cell', () => {
    const html = renderer.render(table(['a', 'b'], [[cellCode('x | y'), 'z']]));
    expect(html.match(/<td>/g)).toHaveLength(2);
    expect(shown(html)).toContain('x | y');
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [725_000, '12 min 5 s'],
    [3_780_000, '1 h 3 min'],
  ])('duration of %d ms is %s', (milliseconds, expected) => expect(duration(milliseconds)).toBe(expected));

  it.each([
    [0, '$0'],
    [0.4, '$0.40'],
    [73.2, '$73'],
  ])('%d USD is %s', (amount, expected) => expect(usd(amount)).toBe(expected));
});
