import type { StepRecord } from '../engine/step-record.ts';

/** Characters of a step's title in the chart; Mermaid has no wrapping. */
const titleLength = 40;

/**
 * Steps on a time axis as a Mermaid Gantt chart, which GitHub renders. Steps that did nothing are left out.
 */
export function renderTimeline(steps: readonly StepRecord[]): string {
  const bars = steps.filter((step) => step.outcome !== 'skipped' && step.finishedAt > step.startedAt);
  if (bars.length === 0) return '';
  const lines = [...bars]
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
    .map((step) => {
      const state = step.outcome === 'succeeded' ? 'done, ' : 'crit, ';
      return `  ${chartText(step.title)} :${state}${seconds(step.startedAt)}, ${Math.max(seconds(step.finishedAt), seconds(step.startedAt) + 1)}`;
    });
  return ['```mermaid', 'gantt', '  dateFormat X', '  axisFormat %H:%M', ...lines, '```'].join('\n');
}

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** Mermaid ends a task's name at a colon and a statement at a semicolon or `#`. */
function chartText(title: string): string {
  return title
    .replace(/[^\p{L}\p{N} ._/-]+/gu, ' ')
    .slice(0, titleLength)
    .trim();
}
