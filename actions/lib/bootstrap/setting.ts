import { Failure, toFailure } from '../failure.ts';

/** What is found of one setting. */
export type Finding =
  | { kind: 'right'; note?: string }
  /** Not as it must be; it can be set. */
  | { kind: 'wrong'; detail: string }
  /** Not as it must be, perhaps on purpose, or in somebody else's hand; a person has to look. */
  | { kind: 'differs'; detail: string }
  /** What this plan of GitHub does not have. */
  | { kind: 'not offered'; detail: string }
  /** Cannot be known. */
  | { kind: 'unknown'; detail: string };

/** One thing that the product needs of a repository on GitHub. */
export type Setting = {
  /** For programs, e.g. `environment.destroy.reviewers`. */
  key: string;
  /** For a person, e.g. `environment destroy`. */
  title: string;
  wanted: string;
  /** False: good to have or to know; `doctor` is content without it. */
  needed: boolean;
  /** What it means when it is not so, on this plan. */
  risk: string;
  /** What a person does about it. */
  remedy: string;
  /** @throws Failure when GitHub does not answer */
  look(): Promise<Finding>;
  /** Undefined: only a person can. @throws Failure when GitHub refuses */
  set?(): Promise<void>;
};

/** What became of a setting. */
export type SettingState =
  /** Changed now, and seen to be so afterwards. */
  | 'set'
  | 'already'
  /** It is not so, and nobody was asked to change it, or it is not ours to change. */
  | 'missing'
  /** GitHub did not let it be set. */
  | 'refused'
  | 'unknown'
  /** This plan of GitHub does not have it. */
  | 'not offered'
  /** Nobody has looked: there was no token. */
  | 'to do';

export type SettingResult = Pick<Setting, 'key' | 'wanted' | 'needed'> & {
  setting: string;
  state: SettingState;
  /** What was found, or why it was refused or is unknown. */
  detail?: string;
  /** What it means here, and what to do; given unless all is well. */
  risk?: string;
  remedy?: string;
};

/** Whether a result leaves nothing to do. `not offered` is known and named, but nobody can change it. */
export function isFine({ state, needed }: Pick<SettingResult, 'state' | 'needed'>): boolean {
  return !needed || state === 'set' || state === 'already' || state === 'not offered';
}

/**
 * Looks at a setting and, when asked, sets it. A refusal is a result: it stops none of the others. That GitHub accepted a
 * request is not believed; it is looked at again, because some are accepted without effect on some plans.
 */
export async function settle(setting: Setting, mode: 'set' | 'look'): Promise<SettingResult> {
  const found = await lookAt(setting);
  if (found.kind !== 'wrong' || mode === 'look' || setting.set === undefined) return resultOf(setting, found);
  try {
    await setting.set();
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === notOffered) return resultOf(setting, { kind: 'not offered', detail: failure.message });
    return { ...resultOf(setting, found), state: 'refused', detail: sentenceOf(error) };
  }
  const after = await lookAt(setting);
  if (after.kind === 'right') return { ...resultOf(setting, after), state: 'set' };
  const detail = `GitHub accepted the change, but it is not so: ${after.detail}`;
  return { ...resultOf(setting, after), state: 'refused', detail };
}

/** The code of a failure that says: this plan of GitHub does not have it. */
const notOffered = 'NotOfferedByPlan';

/** A setting that nobody can look at without a token. */
export function untouched(setting: Setting): SettingResult {
  const { key, title, wanted, needed, remedy } = setting;
  return { key, setting: title, wanted, needed, state: 'to do', remedy };
}

async function lookAt(setting: Setting): Promise<Finding> {
  try {
    return await setting.look();
  } catch (error) {
    return { kind: 'unknown', detail: sentenceOf(error) };
  }
}

function resultOf({ key, title, wanted, needed, risk, remedy }: Setting, found: Finding): SettingResult {
  const result = { key, setting: title, wanted, needed };
  switch (found.kind) {
    case 'right':
      return { ...result, state: 'already', ...(found.note === undefined ? {} : { detail: found.note }) };
    case 'wrong':
    case 'differs':
      return { ...result, state: 'missing', detail: found.detail, risk, remedy };
    case 'not offered':
    case 'unknown':
      return { ...result, state: found.kind, detail: found.detail, risk, remedy };
  }
}

/** One sentence of a failure. A mistake of this product is none of GitHub's refusals. */
function sentenceOf(error: unknown): string {
  const failure = toFailure(error);
  if (failure.source === 'product') throw failure;
  return failure.message;
}

/** A setting that only a person can change, as a failure of setting it. */
export function onlyByHand(message: string): Failure {
  return new Failure({ code: 'OnlyByHand', source: 'user', message });
}
