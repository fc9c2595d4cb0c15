import { describe, expect, it } from 'vitest';
import { parseFileCommand, parsePathCommand } from './file-command.ts';

describe('parseFileCommand', () => {
  it('reads lines and blocks', () => {
    expect(parseFileCommand('a=1\n\nb<<EOF\nline 1\n\nEOF \nline=2\nEOF\nc=x<<y=z\nd=\n')).toEqual([
      ['a', '1'],
      ['b', 'line 1\n\nEOF \nline=2'],
      ['c', 'x<<y=z'],
      ['d', ''],
    ]);
  });

  it('keeps carriage returns and takes a last line without a line break', () => {
    expect(parseFileCommand('a<<E\nx\r\nE\nb=2')).toEqual([
      ['a', 'x\r'],
      ['b', '2'],
    ]);
    expect(parseFileCommand('a<<E\nE')).toEqual([['a', '']]);
    expect(parseFileCommand('')).toEqual([]);
  });

  it.each([
    ['no separator', "Invalid format 'no separator'"],
    ['=value', 'Name must not be empty'],
    ['<<EOF\nEOF', 'Name must not be empty'],
    ['a<<\nx', 'Delimiter must not be empty'],
    ['a<<EOF\nx\n EOF', "Matching delimiter not found 'EOF'"],
  ])('refuses %j', (content, message) => {
    expect(() => parseFileCommand(content)).toThrow(message);
  });
});

describe('parsePathCommand', () => {
  it('takes a folder a line', () => {
    expect(parsePathCommand('/a/bin\n\n/b/bin\r\n')).toEqual(['/a/bin', '/b/bin']);
  });
});
