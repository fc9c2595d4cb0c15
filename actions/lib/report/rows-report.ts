import type { PlanRow, RowAct } from '../plan/plan-row.ts';
import { cellCode, count, text, wholeTable } from './markdown.ts';

/** Longest value shown in a cell; the whole one is in the seal. */
const shownValue = 300;

/** Rows shown where nothing is decided; what is not shown is counted. */
const shownRows = 300;

const words: Record<RowAct, string> = {
  add: 'is made',
  import: 'is taken over',
  change: 'changes',
  remove: '**is removed**',
  replace: '**is replaced**',
  'may replace': '**may be replaced**',
  recover: '**is removed to be made again**',
  skip: '**is left as it is, if it still cannot be rolled back**',
  protect: 'is protected',
  unprotect: '**loses its protection**',
};

/** Rows of a plan as a table, for people; what does not fit is counted. */
export function renderRows(rows: readonly PlanRow[]): string {
  const more = rows.length > shownRows ? `\n\n… and ${count(rows.length - shownRows, 'more row')}.` : '';
  return renderEveryRow(rows.slice(0, shownRows)) + more;
}

/** The same without leaving any out, for rows that have to be seen. */
export function renderEveryRow(rows: readonly PlanRow[]): string {
  return wholeTable(
    ['Where', 'What', 'How', 'Afterwards'],
    rows.map(({ place, item, type, property, act, after, policyAction }) => [
      cellCode(place),
      `${cellCode(item)}${property === '' ? '' : ` ${cellCode(property)}`}<br><sub>${text(type)}</sub>`,
      `${words[act]}${policyAction === undefined ? '' : ` (${text(policyAction)})`}`,
      after === undefined ? '' : cellCode(after.length > shownValue ? `${after.slice(0, shownValue)} …` : after),
    ]),
  );
}
