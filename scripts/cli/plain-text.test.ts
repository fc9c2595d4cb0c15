import { describe, expect, it } from 'vitest';
import { cellCode, code, details, paragraphs, table, text } from '../../actions/lib/report/markdown.ts';
import { plainText } from './plain-text.ts';

describe('plainText', () => {
  it('aligns tables and leaves empty columns out', () => {
    const markdown = table(
      ['What', '', 'A month'],
      [
        [cellCode('a|b'), '', '$1'],
        ['longer', '', 'one<br>two'],
      ],
    );
    expect(plainText(markdown)).toBe('What    A month\na|b     $1\nlonger  one two\n');
  });

  it('shows no row for a header without text', () => {
    expect(plainText(table(['', ''], [['Open', 'https://a.example']]))).toBe('Open  https://a.example\n');
  });

  it.each(['a_b *c* [d](e) #1', '<b> & "q"', 'x\\y', '- item', '1. first', '@team', '~~no~~ a|b'])(
    'shows the text %j as it is',
    (value) => {
      expect(plainText(text(value))).toBe(`${value}\n`);
    },
  );

  it('shows code as it is, whatever is in it', () => {
    expect(plainText(`${code('**a_b** \\| <x>')} and ${code('a`b')}`)).toBe('**a_b** \\| <x> and a`b\n');
  });

  it('opens what is folded and drops diagrams', () => {
    const folded = details('2 things', ['- **one**', '```diff', '-**old**', '```'].join('\n'));
    const markdown = paragraphs('### Title', folded, '```mermaid\ngantt\n```', '<sub>the end</sub>');
    expect(plainText(markdown)).toBe('Title\n\n2 things\n\n- one\n-**old**\n\nthe end\n');
  });
});
