import type { AppIdentity } from './app.ts';

/** An annotation on a line of a file, as in `POST /repos/{owner}/{repo}/check-runs` (`output.annotations`). */
export type CheckAnnotation = {
  path: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
  level: 'notice' | 'warning' | 'failure';
  message: string;
  title?: string;
  rawDetails?: string;
};

/** `waiting`, `requested` and `pending` are set by GitHub Actions only. */
export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';

export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

/** One check run: for GitHub Actions, one per job, named after it. */
export type CheckRun = {
  id: number;
  name: string;
  headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | undefined;
  startedAt: Date | undefined;
  completedAt: Date | undefined;
  detailsUrl: string | undefined;
  externalId: string;
  title: string | undefined;
  summary: string | undefined;
  text: string | undefined;
  annotations: CheckAnnotation[];
  /** The app that made it: GitHub Actions for every job and every GITHUB_TOKEN. */
  app: AppIdentity;
};

/** A new check run (name, headSha) or a change of the one with this `id`. */
export type CheckRunInput =
  | (Pick<CheckRun, 'name' | 'headSha'> & Partial<Omit<CheckRun, 'id' | 'annotations'>> & { id?: never })
  | (Partial<Omit<CheckRun, 'id' | 'annotations' | 'headSha'>> & { id: number });
