import fc from 'fast-check';
import markdownIt from 'markdown-it';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { shownInvisible } from './inert-line.ts';
import { cellCode, code, details, htmlText, table, text } from './markdown.ts';

/** GitHub Flavored Markdown with its autolinks, footnotes, tables and task lists, by another implementation. */
const github = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
const linkify = markdownIt({ html: true, linkify: true });

const decoded = (html: string): string =>
  html
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
/** Text nodes outside of code, where GitHub looks for references after rendering. */
const textOutsideCode = (html: string): string =>
  decoded(html.replace(/<code>.*?<\/code>/gs, '\n').replace(/<[^>]*>/g, '\n'));
const shown = (html: string): string => decoded(html.replace(/<[^>]*>/g, '')).replaceAll('\u200b', '');
const squeeze = (value: string): string => value.replace(/[ \n]+/g, ' ').trim();
/** What people should read: the text itself, with what hides made visible. */
const expected = (value: string): string => squeeze(shownInvisible(value.replace(/[\n\v\f\r]+/g, ' ')));

/**
 * What GitHub makes links, mentions and formulas of in rendered text (docs.github.com, "Autolinked references and URLs",
 * "Mentioning people and teams", "Writing mathematical expressions").
 */
const references: readonly RegExp[] = [
  /@[a-z0-9]/i,
  /#[0-9]/,
  /\bGH-[0-9]/i,
  /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/i,
  /:\/\//,
  /www\./i,
  /mailto:|xmpp:/i,
];

function expectInert(markdown: string, value: string): void {
  const html = github(markdown);
  expect(html).not.toMatch(/<(?!\/?(p|code|table|thead|tbody|tr|th|td)\b)/);
  expect(linkify.render(markdown)).not.toMatch(/<(a|img|h[1-6]|ul|ol|li|blockquote|hr|em|strong|s|del)\b/);
  for (const reference of references) expect(textOutsideCode(html)).not.toMatch(reference);
  expect(squeeze(shown(html))).toBe(expected(value));
}

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 5, maxLength: 42 });
const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      'http://',
      'https://a.b/c',
      'HTTPS://x.y',
      'ftp://a.b',
      'www.example.org',
      'WWW.x.y',
      'mailto:',
      'xmpp:',
      'a@b.cd',
    ],
    ...[
      '@',
      '@ada',
      '@org/team',
      '#',
      '#12',
      'GH-12',
      'gh-1',
      'o/r#12',
      'o/r@0123abc',
      '![x](y)',
      '[x](y)',
      '[x]: y',
      '[^1]',
    ],
    ...[
      '<',
      '>',
      '<!--',
      '-->',
      '<details>',
      '</td>',
      '<img src=x onerror=a>',
      '<a href=x>',
      '&',
      '&amp;',
      '&#35;1',
      '&commat;x',
    ],
    ...[
      '`',
      '``',
      '~~',
      '**',
      '__',
      '_',
      '*',
      '\\',
      '|',
      '||',
      '$',
      '$$',
      '$`',
      '`$',
      '# ',
      '## x',
      '> ',
      '- ',
      '+ ',
      '1. ',
      '1) ',
    ],
    ...[
      '- [ ] ',
      '- [x] ',
      '---',
      '===',
      '***',
      '    ',
      '\t',
      '\n',
      '\r\n',
      '\n\n',
      ' ',
      ':tada:',
      '[!NOTE]',
      '{',
      '}',
      '"',
      "'",
    ],
    ...[
      '\u202e',
      '\u202a',
      '\u2066',
      '\u2069',
      '\u200b',
      '\u200d',
      '\u200f',
      '\ufeff',
      '\u00ad',
      '\u2060',
      '\u{e0041}',
      '\ufe0f',
    ],
    ...[
      '\u0000',
      '\u001b[31m',
      '\u0007',
      '\u0085',
      '\u2028',
      '\u00a0',
      '\u3000',
      '\u115f',
      '\u{1f600}',
      'é',
      '漢',
      '\ud800',
      '\ue000',
    ],
    ...['a', 'B', '7', '.', ',', '(', ')', '!', '?', ':', ';', '/', '-', '=', '::error::', '##[group]'],
  ),
  hex,
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const hostile = fc
  .array(nasty, { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((value) => expected(value) !== '');

describe('text', () => {
  it.each([
    'https://evil.example/login',
    'see www.evil.example now',
    'http://a.b and HTTPS://c.d',
    'mail ada@example.org or mailto:ada@example.org',
    '@ada @org/team',
    '#12 o/r#12 GH-12 gh-1',
    'commit 0123abc and 2679b20315bc15e4475a97d0944483df78e8b773',
    'o/r@2679b20315bc15e4475a97d0944483df78e8b773',
    'costs $1$ and $`x`$ and $$y$$',
    '- [x] done',
    'a[^1]',
    '[^1]: b',
    '<details><summary>x</summary>',
    '<!-- opensarlab:plan -->',
    '&#64;ada &commat;ada &#35;12',
    '\\@ada \\#12',
    'Fixes #1, closes GH-2',
  ])('shows %j, and nothing of it is alive', (value) => expectInert(text(value), value));

  it.each([
    ['user\u202egnp.exe', 'user⟨U+202E⟩gnp.exe'],
    ['a\u200bb\ufeffc\u00add\u2060e', 'a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+00AD⟩d⟨U+2060⟩e'],
    ['\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['a\u{e0041}\u{e007f}', 'a⟨U+E0041⟩⟨U+E007F⟩'],
    ['\u001b[31mred', '⟨U+001B⟩\\[31mred'],
    ['a\ufe0fb\u3164c\u2800', 'a⟨U+FE0F⟩b⟨U+3164⟩c⟨U+2800⟩'],
    [`a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}⟨U+0301⟩⟨U+0301⟩`],
    ['a\u00a0b\u3000c', 'a b c'],
  ])('shows what hides: %j', (value, markdown) => expect(text(value)).toBe(markdown));

  it('is inert at the start of a paragraph, within one, and in a table, whatever it says', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expectInert(text(value), value);
        expectInert(`x ${text(value)} y`, `x ${expected(value)} y`);
        const html = github(table(['a', 'b'], [[text(value), 'z']]));
        expect(html.match(/<td/g)).toHaveLength(2);
        expect(squeeze(shown(html))).toBe(squeeze(`a b ${expected(value)} z`));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('code', () => {
  it('holds any text in one piece of code, in a table too', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const html = github(`x ${code(value)} y`);
        expect(html.match(/<code>/g)).toHaveLength(1);
        expect(squeeze(shown(html))).toBe(squeeze(`x ${shownInvisible(value.replace(/[\n\v\f\r]+/g, ' '))} y`));
        const inTable = github(table(['a', 'b'], [[cellCode(value), 'z']]));
        expect(inTable.match(/<td/g)).toHaveLength(2);
        expect(inTable.match(/<code>/g)).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a megabyte of back-ticks', () => expect(code('` '.repeat(500_000))).toHaveLength(1_000_006));
});

describe('htmlText', () => {
  it('is inert in a summary', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const html = github(details(htmlText(value), 'content'));
        expect(html).not.toMatch(/<(?!\/?(p|details|summary)\b)/);
        const [, summary = ''] = /<summary>(.*)<\/summary>/s.exec(html) ?? [];
        for (const reference of references)
          expect(decoded(summary.replaceAll('&#8203;', '\u200b'))).not.toMatch(reference);
        const visible = decoded(summary.replaceAll('&#8203;', '').replaceAll('&dollar;', '$'));
        expect(squeeze(visible)).toBe(expected(value));
      }),
      { numRuns: 500 },
    );
  });
});
