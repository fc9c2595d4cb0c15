import { ToolError } from '../../tools/run-tool.ts';

/**
 * Fills a JSONPath template as `kubectl -o jsonpath=` does (kubernetes.io/docs/reference/kubectl/jsonpath). Supported are
 * paths with escaped dots, `['key']`, `[0]`, `[*]`, `[?(@.key=="value")]`, text literals, and `range`/`end`.
 * @throws ToolError for anything else
 */
export function fillJsonPath(template: string, document: unknown): string {
  const parts = splitTemplate(template);
  return render(parts, document, { next: 0 });
}

type Part = { kind: 'text'; text: string } | { kind: 'expression'; text: string };

function splitTemplate(template: string): Part[] {
  const parts: Part[] = [];
  const pattern = /\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^}"'])*)\}|([^{]+)/g;
  for (const [, expression, text] of template.matchAll(pattern)) {
    if (expression !== undefined) parts.push({ kind: 'expression', text: expression.trim() });
    else parts.push({ kind: 'text', text: text ?? '' });
  }
  return parts;
}

/** Renders from the cursor to the end of the template or of the open range. */
function render(parts: readonly Part[], document: unknown, cursor: { next: number }): string {
  let output = '';
  while (cursor.next < parts.length) {
    const part = parts[cursor.next++];
    if (part?.kind === 'text') output += part.text;
    else if (part?.text === 'end') return output;
    else if (part?.text.startsWith('range '))
      output += renderRange(parts, document, cursor, part.text.slice('range '.length));
    else if (part) output += renderExpression(part.text, document);
  }
  return output;
}

function renderRange(parts: readonly Part[], document: unknown, cursor: { next: number }, path: string): string {
  const start = cursor.next;
  const found = select(path, document);
  const outputs = found.map((item) => {
    cursor.next = start;
    return render(parts, item, cursor);
  });
  if (found.length === 0) render(parts, undefined, cursor);
  return outputs.join('');
}

function renderExpression(text: string, document: unknown): string {
  const literal = /^(["'])(.*)\1$/s.exec(text);
  if (literal) return (literal[2] ?? '').replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\(.)/g, '$1');
  return select(text, document).map(show).join(' ');
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

type Step = { key: string } | { index: number } | { all: true } | { filter: { path: string; value: string } };

function select(path: string, document: unknown): unknown[] {
  let found: unknown[] = document === undefined ? [] : [document];
  for (const step of parsePath(path)) found = found.flatMap((value) => take(step, value));
  return found;
}

function take(step: Step, value: unknown): unknown[] {
  if ('all' in step) return Array.isArray(value) ? value : Object.values((value ?? {}) as object);
  if ('index' in step) return Array.isArray(value) && value.at(step.index) !== undefined ? [value.at(step.index)] : [];
  if ('filter' in step) {
    const { path, value: wanted } = step.filter;
    return Array.isArray(value)
      ? value.filter((item) => select(path, item).some((each) => String(each) === wanted))
      : [];
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step.key)) return [];
  return [(value as Record<string, unknown>)[step.key]];
}

const STEP =
  /^(?:\.?\[\*\]|\.\*|\.?\[(-?\d+)\]|\.?\['((?:[^'\\]|\\.)*)'\]|\.?\[\?\(@(\.[^=!<>]+?)\s*==\s*["']([^"']*)["']\)\]|\.((?:[^.[\]\\]|\\.)+))/;

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path.replace(/^[$@]/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '' && rest !== '.') {
    const match = STEP.exec(rest);
    if (!match)
      throw new ToolError(`error: error parsing jsonpath: the sandbox does not understand "${rest}" in "${path}"`);
    const [whole, index, quoted, filterPath, filterValue, key] = match;
    if (index !== undefined) steps.push({ index: Number(index) });
    else if (filterPath !== undefined) steps.push({ filter: { path: filterPath, value: filterValue ?? '' } });
    else if (quoted !== undefined || key !== undefined)
      steps.push({ key: (quoted ?? key ?? '').replace(/\\(.)/g, '$1') });
    else steps.push({ all: true });
    rest = rest.slice(whole.length);
  }
  return steps;
}
