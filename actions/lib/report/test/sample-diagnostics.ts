import fc from 'fast-check';
import type { Diagnostic, Severity } from '../../deployment/diagnostic.ts';

export const file = 'deployments/sar/opensarlab.yaml';

export const wrongNode: Diagnostic = {
  code: 'OSL126',
  severity: 'error',
  path: '/profiles/0/node_name',
  file,
  line: 3,
  column: 16,
  message: 'There is no node called "sar9".',
  hint: 'Did you mean sar1?',
};

export const finding = (change: Partial<Diagnostic> = {}): Diagnostic => ({ ...wrongNode, ...change });
export const many = (number: number, severity: Severity): Diagnostic[] =>
  Array.from({ length: number }, (_, index) => finding({ severity, line: index + 1, message: `Finding ${index}.` }));

/** Diagnostics whose every text is whatever somebody might write into a file or a file's name. */
export const hostileText = fc.oneof(
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
export const hostile: fc.Arbitrary<Diagnostic> = fc.record({
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
export const runnerLines = (output: string): string[] =>
  output.split(/\r\n|\r|\n/).map((line) => line.replace(/^[\s\u0085]+/, ''));
export const isCommand = (line: string): boolean => line.startsWith('::') || line.includes('##[');
