import { whyLocal } from '../public-host.ts';
import { quoteValue } from '../quote-value.ts';
import type { Check, CheckFinding } from './check.ts';

const sources = ['container', 'cluster'] as const;

/** Names of tags that people move on purpose. */
const movingTags: ReadonlySet<string> = new Set(['latest', 'stable', 'next']);

/** Names that everywhere are branches, or what moves otherwise. */
const moving: ReadonlySet<string> = new Set([
  'main',
  'master',
  'head',
  'develop',
  'development',
  'dev',
  'trunk',
  ...movingTags,
]);

const isCommit = (ref: string): boolean => /^[0-9a-f]{40}$/.test(ref);

const refsDoNotMove: Check = {
  code: 'OSL147',
  run({ sources: declared }) {
    return sources.flatMap((name): CheckFinding[] => {
      const { ref, commit } = declared?.[name] ?? {};
      if (ref === undefined || commit !== undefined) return [];
      const path = `/sources/${name}/ref`;
      const short = ref.replace(/^refs\/(heads|tags)\//, '').toLowerCase();
      // A tag may be called like a branch, but must then say that it is one.
      const names = ref.startsWith('refs/tags/') ? movingTags : moving;
      if (ref.startsWith('refs/heads/') || names.has(short)) {
        return [{ path, message: `The ref ${quoteValue(ref)} is a branch, which moves.` }];
      }
      return [];
    });
  },
};

const commitsAgree: Check = {
  code: 'OSL148',
  run({ sources: declared }) {
    return sources.flatMap((name): CheckFinding[] => {
      const { ref, commit } = declared?.[name] ?? {};
      if (ref === undefined || commit === undefined || !isCommit(ref) || ref === commit) return [];
      return [{ path: `/sources/${name}/commit`, message: 'ref and commit are two different commits.' }];
    });
  },
};

const addressesAreWhole: Check = {
  code: 'OSL168',
  run({ sources: declared }) {
    return sources.flatMap((name): CheckFinding[] => {
      const url = declared?.[name]?.url ?? '';
      if (!/[/:]\.{1,2}(\/|$)/.test(url)) return [];
      return [{ path: `/sources/${name}/url`, message: `The address ${quoteValue(url)} has . or .. for a folder.` }];
    });
  },
};

const addressesArePublic: Check = {
  code: 'OSL167',
  run({ sources: declared }, { localSources }) {
    if (localSources !== false) return [];
    return sources.flatMap((name): CheckFinding[] => {
      const url = declared?.[name]?.url;
      const reason = url === undefined ? undefined : whyLocal(url);
      if (url === undefined || reason === undefined) return [];
      return [{ path: `/sources/${name}/url`, message: `The address ${quoteValue(url)} ${reason}.` }];
    });
  },
};

/** Rules about the upstream repositories. */
export const sourceChecks: readonly Check[] = [refsDoNotMove, commitsAgree, addressesAreWhole, addressesArePublic];
