import { Failure } from '../failure.ts';
import type { TeardownSeal } from '../plan/seal.ts';

/** A sealed teardown plan as it was found in the records, or why none counts. */
export type SealFinding =
  | { kind: 'found'; seal: TeardownSeal; key: string; writtenAt: Date }
  /** `late`: the first one was written after the merge. */
  | { kind: 'none' | 'late' }
  | { kind: 'unreadable'; reason: string };

/** What is known about a merged pull request that took a deployment's folder away. Each was looked up, none is assumed. */
export type TeardownFacts = {
  deployment: string;
  pullRequest: number;
  /** True when it went into the default branch. */
  intoDefaultBranch: boolean;
  /** The deployment whose folder is gone whole between the default branch before and after the merge, if that is all. */
  wholeRemoval: string | undefined;
  /** Paths that the pull request itself touched beside removing files of the folder; some of them. */
  touchedBeside: readonly string[];
  /** Whether it carried the label when it was merged, by its timeline; `unclear` when the timeline and its labels disagree. */
  labelled: 'yes' | 'no' | 'unclear';
  seal: SealFinding;
  /**
   * The folder at the default branch's tip: `undeclared` when there is something of the name without a declaration, `came
   * back` when it was there again between the merge and now.
   */
  atTip: 'absent' | 'present' | 'undeclared' | 'came back';
  /** What the declaration said before the merge; `unknown` when there was none. */
  protection: 'protected' | 'not protected' | 'unknown';
};

/** One condition of a teardown that is not met: a sentence that says which, and the way on. */
export type MissingConsent = {
  condition: 'pull request' | 'removal' | 'label' | 'plan' | 'tip' | 'protection';
  message: string;
  hint: string;
};

export type TeardownJudgement =
  | { granted: true; seal: TeardownSeal; sealKey: string; sealedAt: Date }
  | { granted: false; missing: MissingConsent[] };

const bringBack =
  'Merge the pull request that brings the folder back with `adopt: destroy-only`, then put the label destroy on it.';

/**
 * Decides whether a merged pull request is consent to destroy one deployment. A folder that is gone is no consent; a label,
 * a plan or a merge alone is none either.
 */
export function judgeTeardown(facts: TeardownFacts): TeardownJudgement {
  const missing = [...missingOfChange(facts), ...missingOfPlan(facts), ...missingNow(facts)];
  const { seal } = facts;
  if (missing.length > 0 || seal.kind !== 'found') return { granted: false, missing };
  return { granted: true, seal: seal.seal, sealKey: seal.key, sealedAt: seal.writtenAt };
}

/** The judgement when nothing that was merged removed the folder: a direct push, a force push, a revert. */
export function withoutPullRequest(deployment: string): TeardownJudgement {
  const message = `No merged pull request removed deployments/${deployment}; a push alone destroys nothing.`;
  return { granted: false, missing: [{ condition: 'pull request', message, hint: bringBack }] };
}

function missingOfChange(facts: TeardownFacts): MissingConsent[] {
  const { deployment, pullRequest, wholeRemoval, touchedBeside, intoDefaultBranch } = facts;
  const missing: MissingConsent[] = [];
  if (!intoDefaultBranch) {
    const message = `#${pullRequest} was not merged into the default branch.`;
    missing.push({ condition: 'pull request', message, hint: 'Merge a teardown into the default branch.' });
  }
  if (wholeRemoval !== deployment) {
    const message = `#${pullRequest} did not remove the folder deployments/${deployment} whole and nothing else.`;
    missing.push({ condition: 'removal', message, hint: bringBack });
  } else if (touchedBeside.length > 0) {
    const [path = ''] = touchedBeside;
    const message = `#${pullRequest} also touched ${JSON.stringify(path)}, so it was more than the removal of deployments/${deployment}.`;
    missing.push({ condition: 'removal', message, hint: bringBack });
  }
  return missing;
}

function missingOfPlan({ pullRequest, labelled, seal }: TeardownFacts): MissingConsent[] {
  const missing: MissingConsent[] = [];
  if (labelled !== 'yes') {
    const message =
      labelled === 'no'
        ? `#${pullRequest} did not carry the label destroy when it was merged.`
        : `Nobody can tell whether #${pullRequest} carried the label destroy when it was merged: its timeline and its labels disagree.`;
    missing.push({ condition: 'label', message, hint: bringBack });
  }
  if (seal.kind !== 'found') missing.push({ condition: 'plan', message: unsealed(pullRequest, seal), hint: bringBack });
  return missing;
}

function unsealed(pullRequest: number, seal: Exclude<SealFinding, { kind: 'found' }>): string {
  switch (seal.kind) {
    case 'none':
      return `#${pullRequest} has no sealed teardown plan for the commit that was merged.`;
    case 'late':
      return `#${pullRequest} was merged before its teardown plan was there.`;
    case 'unreadable':
      return `The sealed teardown plan of #${pullRequest} cannot be believed: ${seal.reason}`;
  }
}

function missingNow({ deployment, pullRequest, atTip, protection }: TeardownFacts): MissingConsent[] {
  const missing: MissingConsent[] = [];
  const again = 'To destroy it, put the label destroy on a pull request that touched it.';
  if (atTip === 'present') {
    const message = `deployments/${deployment} is on the default branch, so the deployment is wanted.`;
    missing.push({ condition: 'tip', message, hint: again });
  }
  if (atTip === 'undeclared') {
    const message = `deployments/${deployment} is on the default branch without a declaration, so it was not removed whole.`;
    missing.push({ condition: 'tip', message, hint: bringBack });
  }
  if (atTip === 'came back') {
    const message = `deployments/${deployment} came back after #${pullRequest} was merged, so that merge decides nothing any more.`;
    missing.push({ condition: 'tip', message, hint: bringBack });
  }
  if (protection === 'protected') {
    const message = `${deployment} was declared \`protected: true\` when #${pullRequest} was merged.`;
    const hint =
      'Bring its folder back with `protected: false` and `adopt: destroy-only`, then put the label destroy on that pull request.';
    missing.push({ condition: 'protection', message, hint });
  }
  if (protection === 'unknown') {
    const message = `There was no declaration of ${deployment} that could be read before #${pullRequest} was merged.`;
    missing.push({ condition: 'protection', message, hint: bringBack });
  }
  return missing;
}

/** A folder is gone and nobody decided to destroy its deployment: it is undeclared now, and stays as it is. */
export class NoConsent extends Failure {
  /** The last commit that had the folder; undefined when it is there again or nobody can tell. */
  readonly lastDeclaredAt: string | undefined;
  readonly missing: readonly MissingConsent[];

  constructor(deployment: string, missing: readonly MissingConsent[], lastDeclaredAt: string | undefined) {
    super({
      code: 'NoConsent',
      source: 'user',
      message: `${deployment} is not destroyed: ${missing.map(({ message }) => message).join(' ')}`,
      hint: [...new Set(missing.map(({ hint }) => hint))].join(' '),
    });
    this.lastDeclaredAt = lastDeclaredAt;
    this.missing = missing;
  }
}
