/** A file command (GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE) that cannot be read; the step fails with this message. */
export class FileCommandFailure extends Error {
  override readonly name = 'FileCommandFailure';
}

/**
 * The entries of a file command: `NAME=VALUE` lines and `NAME<<DELIMITER` … `DELIMITER` blocks
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings).
 * Whichever of `=` and `<<` comes first in a line decides (github.com/actions/runner, FileCommandManager.cs).
 * @throws FileCommandFailure
 */
export function parseFileCommand(content: string): [string, string][] {
  const lines = content.split('\n');
  // The text after the last line break is a line only when there is some.
  if (lines.at(-1) === '') lines.pop();
  const entries: [string, string][] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      entries.push([nameOf(line, equals), line.slice(equals + 1)]);
    } else if (heredoc >= 0) {
      const end = endOfBlock(lines, index, line.slice(heredoc + 2));
      entries.push([nameOf(line, heredoc), lines.slice(index + 1, end).join('\n')]);
      index = end;
    } else {
      throw new FileCommandFailure(`Invalid format '${line}'`);
    }
  }
  return entries;
}

function nameOf(line: string, end: number): string {
  if (end === 0) throw new FileCommandFailure(`Invalid format '${line}'. Name must not be empty`);
  return line.slice(0, end);
}

function endOfBlock(lines: readonly string[], start: number, delimiter: string): number {
  if (delimiter === '') {
    throw new FileCommandFailure(`Invalid format '${lines[start]}'. Delimiter must not be empty`);
  }
  const end = lines.indexOf(delimiter, start + 1);
  if (end === -1) throw new FileCommandFailure(`Invalid value. Matching delimiter not found '${delimiter}'`);
  return end;
}

/** The lines of GITHUB_PATH: folders to put in front of PATH. */
export function parsePathCommand(content: string): string[] {
  return content.split(/\r?\n/).filter(Boolean);
}
