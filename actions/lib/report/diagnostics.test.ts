import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../deployment/diagnostic.ts';
import { annotationsPerKind, renderDiagnosticsGitHub } from './diagnostics-github.ts';
import { renderDiagnosticsJson } from './diagnostics-json.ts';
import { renderDiagnosticsMarkdown } from './diagnostics-markdown.ts';
import { renderDiagnosticsText, summarizeDiagnostics } from './diagnostics-text.ts';
import {
  file,
  finding,
  hostile,
  hostileText,
  isCommand,
  many,
  runnerLines,
  wrongNode,
} from './test/sample-diagnostics.ts';

const source = 'profiles:\n  - name: SAR 1\n    node_name: "sar9"   # the large one\n';
const sources = new Map([[file, source]]);

describe('renderDiagnosticsText', () => {
  it('shows the place, the line with the value underlined, and what to do', () => {
    expect(renderDiagnosticsText([wrongNode], { sources, coloured: false })).toBe(
      [
        `${file}:3:16: error OSL126: There is no node called "sar9".`,
        ' 3 |     node_name: "sar9"   # the large one',
        '   |                ^~~~~~',
        '   = Did you mean sar1?',
      ].join('\n'),
    );
  });

  it('separates findings by an empty line and leaves out what there is not', () => {
    const { hint: _, ...bare } = finding({ file: 'gone.yaml', severity: 'warning' });
    const text = renderDiagnosticsText([bare, wrongNode], { sources, coloured: false });
    expect(text.split('\n\n')).toHaveLength(2);
    expect(text.split('\n\n')[0]).toBe('gone.yaml:3:16: warning OSL126: There is no node called "sar9".');
  });

  it('underlines a key up to its colon', () => {
    const key = finding({ column: 5 });
    expect(renderDiagnosticsText([key], { sources, coloured: false })).toContain('\n   |     ^~~~~~~~~\n');
  });

  it('keeps the caret below characters that are two columns wide and below a tab', () => {
    const wide = new Map([[file, '\ta: 衛星 x']]);
    const text = renderDiagnosticsText([finding({ line: 1, column: 8 })], { sources: wide, coloured: false });
    const [, shown = '', caret = ''] = text.split('\n');
    expect(shown).toBe(' 1 |  a: 衛星 x');
    expect(caret.indexOf('^')).toBe(shown.indexOf('x') + 2);
  });

  it('cuts long lines around the finding', () => {
    const long = new Map([[file, `${'a'.repeat(500)} here ${'b'.repeat(500)}`]]);
    const text = renderDiagnosticsText([finding({ line: 1, column: 502 })], { sources: long, coloured: false });
    const [, shown = '', caret = ''] = text.split('\n');
    expect(shown.length).toBeLessThan(120);
    expect(shown.slice(caret.indexOf('^'), caret.indexOf('^') + 4)).toBe('here');
    expect(shown).toMatch(/^ 1 \| ….*…$/);
  });

  it('shows no password of a URL, and keeps columns', () => {
    const line = '    url: https://user:hunter2@git.example.org/a.git';
    const output = renderDiagnosticsText([finding({ line: 1, column: 10 })], {
      sources: new Map([[file, line]]),
      coloured: false,
    });
    expect(output).toContain('    url: https://************@git.example.org/a.git');
  });

  it('uses colours only when asked to', () => {
    expect(renderDiagnosticsText([wrongNode], { sources, coloured: true })).toContain('\u001b[31m');
    expect(renderDiagnosticsText([wrongNode], { sources, coloured: false })).not.toContain('\u001b');
  });

  it('never prints a command or a control character, whatever the file contains', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 3 }), hostileText, (diagnostics, text) => {
        const all = new Map(diagnostics.map((diagnostic) => [diagnostic.file, text]));
        const output = renderDiagnosticsText(diagnostics, { sources: all, coloured: false });
        expect(runnerLines(output).filter(isCommand)).toEqual([]);
        expect(output).not.toMatch(/[^\P{Cc}\n]/u);
      }),
    );
  });
});

describe('summarizeDiagnostics', () => {
  it('counts', () => {
    expect(summarizeDiagnostics(2, [...many(1, 'error'), ...many(2, 'warning')])).toBe(
      '2 declarations: 1 error, 2 warnings.',
    );
  });
});

describe('renderDiagnosticsJson', () => {
  it('has every field of every finding', () => {
    expect(JSON.parse(renderDiagnosticsJson(4, [wrongNode]))).toEqual({
      valid: false,
      declarations: 4,
      errors: 1,
      warnings: 0,
      diagnostics: [wrongNode],
    });
  });

  it('is valid with warnings alone', () => {
    expect(JSON.parse(renderDiagnosticsJson(1, many(1, 'warning')))).toMatchObject({ valid: true, warnings: 1 });
  });

  it('says exactly what was found and holds no command', () => {
    fc.assert(
      fc.property(fc.array(hostile), (diagnostics) => {
        const output = renderDiagnosticsJson(1, diagnostics);
        expect(JSON.parse(output).diagnostics).toEqual(JSON.parse(JSON.stringify(diagnostics)));
        expect(runnerLines(output).filter(isCommand)).toEqual([]);
      }),
    );
  });
});

describe('renderDiagnosticsGitHub', () => {
  it('makes an annotation at the place, escaped as a runner undoes it', () => {
    const odd = finding({ file: 'a,b:c%.yaml', message: '100% wrong\nand: more' });
    expect(renderDiagnosticsGitHub([odd])).toEqual([
      '::error title=OSL126,file=a%2Cb%3Ac%25.yaml,line=3,col=16::100%25 wrong%0Aand: more Did you mean sar1?',
    ]);
  });

  it('makes at most ten of a kind, errors first, and lists the others as plain lines', () => {
    const lines = renderDiagnosticsGitHub([...many(3, 'warning'), ...many(12, 'error')]);
    const commands = lines.filter((line) => line.startsWith('::'));
    expect(commands.filter((line) => line.startsWith('::error'))).toHaveLength(annotationsPerKind);
    expect(commands.slice(annotationsPerKind).every((line) => line.startsWith('::warning'))).toBe(true);
    expect(lines).toContain('2 more errors without an annotation:');
    expect(lines).toContain(`${file}:12:16: error OSL126: Finding 11. Did you mean sar1?`);
  });

  it('prints its own commands and no other', () => {
    // Beyond ten of a kind they are plain lines.
    const many = fc.array(
      hostile.map((each) => ({ ...each, severity: 'error' as const })),
      { minLength: 14, maxLength: 20 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(hostile, { maxLength: 30 }), many), (diagnostics) => {
        const lines = renderDiagnosticsGitHub(diagnostics);
        const commands = runnerLines(lines.join('\n')).filter((line) => line.startsWith('::'));
        expect(
          commands.every((line) => /^::(error|warning) title=OSL126,file=[^,:]*,line=\d+,col=\d+::/.test(line)),
        ).toBe(true);
        const kinds = (severity: Severity) => diagnostics.filter((each) => each.severity === severity).length;
        const expected = Math.min(10, kinds('error')) + Math.min(10, kinds('warning'));
        expect(commands).toHaveLength(expected);
        const others = runnerLines(lines.join('\n')).filter((line) => !line.startsWith('::'));
        expect(others.filter(isCommand)).toEqual([]);
      }),
    );
  });
});

describe('renderDiagnosticsMarkdown', () => {
  it('lists all findings, however many', () => {
    const markdown = renderDiagnosticsMarkdown(many(40, 'error'));
    expect(markdown).toContain('## 40 findings');
    expect(markdown.split('\n').filter((line) => line.startsWith('| ❌'))).toHaveLength(40);
  });

  it('keeps below what GitHub takes: the most severe, and how many are left out', () => {
    const markdown = renderDiagnosticsMarkdown([...many(16_000, 'warning'), ...many(40, 'error')]);
    expect(Buffer.byteLength(markdown)).toBeLessThan(1024 * 1024);
    const lines = markdown.split('\n');
    expect(lines.filter((line) => line.startsWith('| ❌'))).toHaveLength(40);
    const shown = lines.filter((line) => line.startsWith('| ⚠️')).length;
    expect(shown).toBeGreaterThan(4000);
    expect(markdown).toContain(`${16_000 - shown} more findings left out: GitHub takes no longer list.`);
  });

  it('is empty without findings and keeps markup from outside as text', () => {
    expect(renderDiagnosticsMarkdown([])).toBe('');
    expect(renderDiagnosticsMarkdown([finding({ message: '<img src=x> @team | x' })])).toContain(
      '&lt;img src=x&gt; @&#8203;team \\| x',
    );
  });
});
