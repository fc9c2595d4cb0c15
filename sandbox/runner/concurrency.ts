/** `queue: max` keeps up to this many waiting, instead of the newest only (workflow syntax, `concurrency`). */
const MAXIMUM_QUEUE = 100;

/** A computed `concurrency:` setting. */
export type ConcurrencySetting = { group: string; cancelInProgress: boolean; queue: 'single' | 'max' };

/** A run or job that wants to be in a group. */
export type ConcurrencyMember = {
  setting: ConcurrencySetting;
  /** Called at most once, whether the member is running or waiting. */
  cancel(reason: string): void;
};

type Waiting = { member: ConcurrencyMember; admit: (admitted: boolean) => void };
type Group = { running: ConcurrencyMember | undefined; waiting: Waiting[] };

/** The concurrency groups of one repository: at most one member of a group runs at a time. */
export type ConcurrencyGroups = {
  /**
   * Resolves when the member may run (true), or when a later one took its place in the queue (false).
   * A member that was admitted must `leave`.
   */
  enter(member: ConcurrencyMember): Promise<boolean>;
  leave(member: ConcurrencyMember): void;
};

/** Rules: docs.github.com/en/actions/concepts/workflows-and-actions/concurrency. Group names ignore case. */
export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>();
  const groupOf = (member: ConcurrencyMember): Group => {
    const key = member.setting.group.toLowerCase();
    const group = groups.get(key) ?? { running: undefined, waiting: [] };
    groups.set(key, group);
    return group;
  };

  const enter = (member: ConcurrencyMember): Promise<boolean> => {
    const group = groupOf(member);
    if (!group.running) {
      group.running = member;
      return Promise.resolve(true);
    }
    if (!makeRoom(group, member)) {
      member.cancel(supersededMessage(member));
      return Promise.resolve(false);
    }
    if (member.setting.cancelInProgress) group.running.cancel(supersededMessage(member));
    return new Promise((resolve) => group.waiting.push({ member, admit: resolve }));
  };

  const leave = (member: ConcurrencyMember): void => {
    const group = groupOf(member);
    group.waiting = group.waiting.filter((waiting) => {
      if (waiting.member === member) waiting.admit(false);
      return waiting.member !== member;
    });
    if (group.running !== member) return;
    const next = group.waiting.shift();
    group.running = next?.member;
    next?.admit(true);
  };

  return { enter, leave };
}

/** "Canceling since a higher priority waiting request for 'G' exists", as GitHub writes on the run. */
function supersededMessage(member: ConcurrencyMember): string {
  return `Canceling since a higher priority waiting request for '${member.setting.group}' exists`;
}

/**
 * `queue: max`: first come, first served, and whoever comes when 100 wait is cancelled. Otherwise the newcomer takes the
 * place of what waits.
 * @returns whether there is room for the newcomer
 */
function makeRoom(group: Group, newcomer: ConcurrencyMember): boolean {
  if (newcomer.setting.queue === 'max') return group.waiting.length < MAXIMUM_QUEUE;
  for (const superseded of group.waiting.splice(0)) {
    superseded.member.cancel(supersededMessage(newcomer));
    superseded.admit(false);
  }
  return true;
}
