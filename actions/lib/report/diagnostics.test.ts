import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
import { annotationsPerKind, renderDiagnosticsGitHub } from './diagnostics-github.ts';
import { renderDiagnosticsJson } from './diagnostics-json.ts';
import { renderDiagnosticsMarkdown } from './diagnostics-markdown.ts';
import { renderDiagnosticsSarif, type SarifRule } from './diagnostics-sarif.ts';
import { renderDiagnosticsText, summarizeDiagnostics } from './diagnostics-text.ts';

const file = 'deployments/sar/opensarlab.yaml';

const wrongNode: Diagnostic = {
  code: 'OSL126',
  severity: 'error',
  path: '/profiles/0/node_name',
  file,
  line: 3,
  column: 16,
  message: 'There is no node called "sar9".',
  hint: 'Did you mean sar1?',
};

const source = 'profiles:\n  - name: SAR 1\n    node_name: "sar9"   # the large one\n';
const sources = new Map([[file, source]]);

const finding = (change: Partial<Diagnostic> = {}): Diagnostic => ({ ...wrongNode, ...change });
const many = (number: number, severity: Severity): Diagnostic[] =>
  Array.from({ length: number }, (_, index) => finding({ severity, line: index + 1, message: `Finding ${index}.` }));

/** Diagnostics whose every text is whatever somebody might write into a file or a file's name. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '::set-output name=x::y',
    '\n::error::x',
    ' ::warning::',
    'a ##[add-mask]b',
    '\r##[group]',
    '\u001b[2J',
    '\u2028::stop-commands::x',
  ),
);
const hostile: fc.Arbitrary<Diagnostic> = fc.record({
  code: fc.constant('OSL126'),
  severity: fc.constantFrom<Severity>('error', 'warning'),
  path: hostileText,
  file: hostileText,
  line: fc.integer({ min: 1, max: 3 }),
  column: fc.integer({ min: 1, max: 300 }),
  message: hostileText,
  hint: hostileText,
});

/** Lines as a runner reads them: ended by a carriage return as well, white space of .NET before a command cut off. */
const runnerLines = (output: string): string[] =>
  output.split(/\r\n|\r|\n/).map((line) => line.replace(/^[\s\u0085]+/, ''));
const isCommand = (line: string): boolean => line.startsWith('::') || line.includes('##[');

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
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 30 }), (diagnostics) => {
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

  it('is empty without findings and keeps markup from outside as text', () => {
    expect(renderDiagnosticsMarkdown([])).toBe('');
    expect(renderDiagnosticsMarkdown([finding({ message: '<img src=x> @team | x' })])).toContain(
      '&lt;img src=x&gt; @\u200bteam \\| x',
    );
  });
});

describe('renderDiagnosticsSarif', () => {
  const rules: Record<string, SarifRule> = {
    OSL127: { severity: 'warning', rule: 'Not broken.', cause: '-', remedy: '-' },
    OSL126: {
      severity: 'error',
      rule: 'Profiles run on a declared node.',
      cause: 'It is not there.',
      remedy: 'Name one.',
    },
  };

  it('has the required structure of SARIF 2.1.0', () => {
    const validate = new Ajv({ allErrors: true }).compile(sarifStructure);
    const log: unknown = JSON.parse(renderDiagnosticsSarif([wrongNode, finding({ code: 'OSL999', path: '' })], rules));
    validate(log);
    expect(validate.errors).toBeNull();
    expect(log).toMatchObject({
      runs: [
        {
          tool: {
            driver: { rules: [{ id: 'OSL126', shortDescription: { text: 'Profiles run on a declared node.' } }] },
          },
          results: [
            {
              ruleId: 'OSL126',
              ruleIndex: 0,
              level: 'error',
              locations: [
                { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 3, startColumn: 16 } } },
              ],
            },
            { ruleId: 'OSL999' },
          ],
        },
      ],
    });
  });

  it('percent-encodes paths, also such as are no Unicode', () => {
    const log = JSON.parse(renderDiagnosticsSarif([finding({ file: 'a b/#?\ud800.yaml' })], rules));
    expect(log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'a%20b/%23%3F%EF%BF%BD.yaml',
    );
  });

  it('holds no command', () => {
    fc.assert(
      fc.property(fc.array(hostile), (diagnostics) => {
        const output = renderDiagnosticsSarif(diagnostics, rules);
        expect(JSON.parse(output).runs[0].results).toHaveLength(diagnostics.length);
        expect(runnerLines(output).filter(isCommand)).toEqual([]);
      }),
    );
  });
});

/** What the schema of SARIF 2.1.0 demands of the objects that are written here; other properties are refused. */
const text = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string' } },
};
const sarifStructure = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    version: { enum: ['2.1.0'] },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      additionalProperties: false,
                      properties: {
                        id: { type: 'string' },
                        shortDescription: text,
                        fullDescription: text,
                        help: text,
                        defaultConfiguration: { type: 'object', properties: { level: { enum: ['warning', 'error'] } } },
                      },
                    },
                  },
                },
              },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message'],
              additionalProperties: false,
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: -1 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: text,
                locations: { type: 'array' },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  },
};
