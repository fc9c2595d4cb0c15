import type { Annotation } from '../records.ts';

/** A line of output that is a command to the runner, e.g. `::error file=a.ts,line=1::message`. */
export type WorkflowCommand = { name: string; properties: ReadonlyMap<string, string>; data: string };

/**
 * Reads a command in either of its forms, `::name key=value::data` or `##[name key=value;…]data`. Names and properties
 * ignore case. The order of unescaping is the runner's (github.com/actions/runner, ActionCommand.cs): `%25` last, so
 * that `%250A` is the text `%0A` and no line break.
 * @param known the names that are commands; everything else is ordinary output
 */
export function parseWorkflowCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  return parseColonForm(line, known) ?? parseBracketForm(line, known);
}

function parseColonForm(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith('::')) return undefined;
  const end = trimmed.indexOf('::', 2);
  if (end === -1) return undefined;
  const head = splitHead(trimmed.slice(2, end));
  if (!known.has(head.name)) return undefined;
  const properties = readProperties(head.rest.trim(), ',', unescapeProperty);
  return { name: head.name, properties, data: unescapeData(trimmed.slice(end + 2)) };
}

function parseBracketForm(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start === -1 ? -1 : line.indexOf(']', start);
  if (end === -1) return undefined;
  const head = splitHead(line.slice(start + 3, end));
  if (!known.has(head.name)) return undefined;
  const properties = readProperties(head.rest, ';', unescapeBracket);
  return { name: head.name, properties, data: unescapeBracket(line.slice(end + 1)) };
}

function splitHead(head: string): { name: string; rest: string } {
  const space = head.indexOf(' ');
  if (space === -1) return { name: head.toLowerCase(), rest: '' };
  return { name: head.slice(0, space).toLowerCase(), rest: head.slice(space + 1) };
}

function readProperties(text: string, separator: string, decode: (text: string) => string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const property of text.split(separator)) {
    const equals = property.indexOf('=');
    if (equals <= 0 || equals === property.length - 1) continue;
    properties.set(property.slice(0, equals).toLowerCase(), decode(property.slice(equals + 1)));
  }
  return properties;
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  const lines = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return lines.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
}

function unescapeBracket(text: string): string {
  const lines = text.replaceAll('%3B', ';').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return lines.replaceAll('%5D', ']').replaceAll('%25', '%');
}

/** GitHub cuts longer messages (github.com/actions/runner, ExecutionContext.cs). */
const MAXIMUM_MESSAGE_LENGTH = 4096;

/**
 * The annotation of an `error`, `warning` or `notice` command. Impossible places are corrected as the runner does
 * (ActionCommandManager.cs, ValidateLinesAndColumns): columns only within one line, ends not before starts.
 * @param workspace the job's folder; files below it are named relative to it
 */
export function commandAnnotation(
  level: Annotation['level'],
  command: Pick<WorkflowCommand, 'properties' | 'data'>,
  workspace: string,
): Annotation {
  const number = (name: string): number | undefined => readInteger(command.properties.get(name));
  const endLine = number('endline');
  const line = number('line') ?? endLine;
  const endColumn = number('endcolumn');
  const column = number('col') ?? endColumn;
  const linesInOrder = line === undefined || endLine === undefined || endLine >= line;
  const oneLine = line !== undefined && (endLine === undefined || endLine === line);
  const columnsInOrder = column === undefined || endColumn === undefined || endColumn >= column;
  const hasColumns = oneLine && columnsInOrder;
  const file = command.properties.get('file');
  return {
    level,
    message: command.data.slice(0, MAXIMUM_MESSAGE_LENGTH),
    title: command.properties.get('title'),
    file: file?.startsWith(`${workspace}/`) ? file.slice(workspace.length + 1) : file,
    line: linesInOrder ? line : undefined,
    endLine: linesInOrder ? endLine : undefined,
    column: hasColumns ? column : undefined,
    endColumn: hasColumns ? endColumn : undefined,
  };
}

function readInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}
