import { describe, expect, it } from 'vitest';
import { commandAnnotation, parseWorkflowCommand } from './workflow-command.ts';

const KNOWN = new Set(['error', 'warning', 'notice', 'group', 'add-mask']);
const parse = (line: string) => parseWorkflowCommand(line, KNOWN);

describe('parseWorkflowCommand', () => {
  it('reads name, properties and data', () => {
    expect(parse('::error file=a/b.ts,line=3,title=Bad%3A one%2C two::It%0Ais%0D %25 bad')).toEqual({
      name: 'error',
      properties: new Map([
        ['file', 'a/b.ts'],
        ['line', '3'],
        ['title', 'Bad: one, two'],
      ]),
      data: 'It\nis\r % bad',
    });
  });

  it('unescapes %25 last, so that an escaped escape stays text', () => {
    expect(parse('::error::100%25 %250A %2525')?.data).toBe('100% %0A %25');
    expect(parse('::error title=%253A::x')?.properties.get('title')).toBe('%3A');
    // Colons and commas are escapes of properties only.
    expect(parse('::error::%3A%2C')?.data).toBe('%3A%2C');
  });

  it('takes capitals, leading spaces, and the older form with its escapes', () => {
    expect(parse('  ::Error LINE=1::x')).toMatchObject({ name: 'error', properties: new Map([['line', '1']]) });
    expect(parse('text ##[warning file=a;line=2]b%3B%5D')).toMatchObject({
      name: 'warning',
      properties: new Map([
        ['file', 'a'],
        ['line', '2'],
      ]),
      data: 'b;]',
    });
  });

  it.each(['::unknown::x', 'text ::error::x', '::error', 'error::x', ''])('takes %j for output', (line) => {
    expect(parse(line)).toBeUndefined();
  });
});

describe('commandAnnotation', () => {
  const annotation = (line: string) => {
    const command = parse(line);
    if (!command) throw new Error('no command');
    return commandAnnotation('error', command, '/home/runner/work/lab/lab');
  };

  it('places it in the repository', () => {
    const line = '::error file=/home/runner/work/lab/lab/src/a.ts,line=3,endLine=3,col=2,endColumn=9,title=T::m';
    expect(annotation(line)).toEqual({
      level: 'error',
      message: 'm',
      title: 'T',
      file: 'src/a.ts',
      line: 3,
      endLine: 3,
      column: 2,
      endColumn: 9,
    });
  });

  it('corrects impossible places as the runner does', () => {
    expect(annotation('::error endLine=5::m')).toMatchObject({ line: 5, endLine: 5 });
    expect(annotation('::error line=9,endLine=5::m')).toMatchObject({ line: undefined, endLine: undefined });
    expect(annotation('::error line=1,endLine=2,col=3::m')).toMatchObject({ line: 1, column: undefined });
    expect(annotation('::error col=3::m')).toMatchObject({ line: undefined, column: undefined });
    expect(annotation('::error line=1,col=5,endColumn=2::m')).toMatchObject({
      column: undefined,
      endColumn: undefined,
    });
    expect(annotation('::error line=x::m')).toMatchObject({ line: undefined });
  });

  it('cuts messages at 4096 characters', () => {
    expect(annotation(`::error::${'m'.repeat(5000)}`).message).toHaveLength(4096);
  });
});
