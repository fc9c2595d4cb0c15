import { type Outcome, worstOutcome } from '../engine/outcome.ts';
import type { MissingConsent } from '../teardown/consent.ts';
import { renderDeployRecord } from './deploy-report.ts';
import { countedOutcome, type JobRecord } from './job-record.ts';
import { code, paragraphs, text } from './markdown.ts';
import { renderMirrorRecords } from './mirror-report.ts';
import { renderPlan } from './plan-report.ts';
import { renderReceipt, renderTeardownPlan } from './teardown-report.ts';

/** The conclusion of a workflow over all its legs. */
export type Conclusion = { outcome: Outcome; markdown: string };

/**
 * Puts the records of all legs together. A leg without a record counts as unknown: the job was cancelled, lost its
 * machine or never started.
 * @param expected names of all deployments that must have a record
 */
export function concludeRecords(expected: readonly string[], records: readonly JobRecord[]): Conclusion {
  const parts = expected.map((name) => {
    const record = records.find((candidate) => candidate.deployment === name);
    return record === undefined ? missing(name) : { outcome: countedOutcome(record), markdown: renderRecord(record) };
  });
  return {
    outcome: worstOutcome(parts.map(({ outcome }) => outcome)),
    markdown: parts.map(({ markdown }) => markdown.trim()).join('\n\n---\n\n'),
  };
}

function missing(name: string): Conclusion {
  const markdown = paragraphs(
    `### ❔ ${text(name)}`,
    'Its job left no record, so what it did is unknown. Look at its log, then run it again.',
  );
  return { outcome: 'unknown', markdown };
}

function renderRecord(record: JobRecord): string {
  const { undeclared, deployment: name } = record;
  if (undeclared !== undefined) {
    const isGone = undeclared.lastDeclaredAt !== undefined;
    return renderUndeclared({ name, isGone, missing: undeclared.missing }, undefined);
  }
  if (record.value === undefined) return renderFailed(record);
  switch (record.kind) {
    case 'plan':
      return renderPlan(record.value);
    case 'mirror':
      return renderMirrorRecords(record.value);
    case 'deploy':
      return renderDeployRecord(record.value);
    case 'teardown':
      return renderTeardownPlan(record.value);
    case 'destroy':
      return renderReceipt(record.value);
  }
}

function renderFailed(record: JobRecord): string {
  const { deployment, failure, outcome } = record;
  return paragraphs(
    outcome === 'superseded'
      ? `### ⚪ ${text(deployment)}: superseded, nothing was done`
      : `### ❌ ${text(deployment)}`,
    failure === undefined ? 'It failed and left no reason.' : `${text(failure.message)} ${code(failure.code)}`,
    failure?.hint === undefined ? '' : text(failure.hint),
  );
}

/** A deployment that was to be destroyed without a decision that counts. */
type Undeclared = {
  name: string;
  /** Whether its folder is gone from the default branch, as far as is known. */
  isGone: boolean;
  /** Why it was not destroyed. */
  missing: readonly MissingConsent[];
};

/**
 * What is said about a deployment that was not destroyed because nobody decided so.
 * @param wayOn number of the pull request that brings its folder back; undefined when none is prepared
 */
export function renderUndeclared({ name, isGone, missing }: Undeclared, wayOn: number | undefined): string {
  return paragraphs(
    isGone ? `### ❌ Undeclared, not destroyed: ${text(name)}` : `### ❌ Not destroyed: ${text(name)}`,
    `Nothing was changed in its account.${isGone ? ' What is there goes on, and costs money.' : ''}`,
    missing.map(({ message }) => `- ${text(message)}`).join('\n'),
    wayOn === undefined
      ? [...new Set(missing.map(({ hint }) => hint))].map(text).join(' ')
      : `Way on: merge #${wayOn}, which brings the folder back with ${code('adopt: destroy-only')}, then put the label ${code('destroy')} on it.`,
  );
}

/** That the job which finds out what a run is for has failed. */
export type SelectionProblem = {
  /** Why, and what to do; undefined when it ended before it could say so. */
  reason: string | undefined;
  /** The run on GitHub. */
  runUrl: string;
};

/** Why nothing was done, as a sentence or two that always lead on. */
export function renderSelectionProblem(problem: SelectionProblem | undefined): string {
  const reason = problem?.reason;
  const sentence =
    reason === undefined
      ? 'The job that looks for what is to be done ended before it could say why. Look at its log; then run it again.'
      : text(reason);
  return problem === undefined || !isAddress(problem.runUrl) ? sentence : `${sentence} [The run](${problem.runUrl})`;
}

/** The same under a heading, for a workflow that wanted to change something. */
export function renderNotStarted(title: string, doing: string, problem: SelectionProblem): string {
  return paragraphs(title, `❌ **Nothing was ${doing}:** ${renderSelectionProblem(problem)}`);
}

/** It comes from the runner's own variables, but a link must not become anything else. */
function isAddress(url: string): boolean {
  return /^https?:\/\/[\w.:-]+\/[\w./-]+$/.test(url);
}
