import { groupOf, slugOf, sudoGroup } from '../profile-names.ts';
import { storageBytes } from '../quantities.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, entriesOf, repeated } from './check.ts';

const gib = 2 ** 30;

/** Largest gp3 volume, 64 TiB (Amazon EBS user guide, gp3 volumes). */
const largestVolume = 64 * 1024 * gib;

/** Home volumes above this are worth a thought: 40 USD a month and user at gp3 prices. */
const expensiveVolume = 500 * gib;

const uniqueProfiles: Check = {
  code: 'OSL131',
  run({ profiles = [] }) {
    const groups = repeated(profiles, (profile) => (profile?.name === undefined ? undefined : groupOf(profile.name)));
    const slugs = repeated(profiles, (profile) => (profile?.name === undefined ? undefined : slugOf(profile.name)));
    const others = slugs.filter(({ index }) => !groups.some((group) => group.index === index));
    return [...groups, ...others].map(({ index, first, key }) => ({
      path: `/profiles/${index}/name`,
      message: `profiles[${first}] has this name already, as ${quoteValue(key)}.`,
    }));
  },
};

const profileIsNoGroup: Check = {
  code: 'OSL132',
  run({ profiles }) {
    return entriesOf(profiles).flatMap(({ index, entry: { name, group } }) => {
      const [field, used] = group === undefined ? ['name', groupOf(name ?? '')] : ['group', group];
      if (used.toLowerCase() !== sudoGroup) return [];
      const message = 'A profile cannot have the group sudo, which makes users root.';
      return [{ path: `/profiles/${index}/${field}`, message }];
    });
  },
};

const volumeSize: Check = {
  code: 'OSL134',
  run({ profiles }) {
    return entriesOf(profiles).flatMap(({ index, entry: { storage_capacity: size } }) => {
      const bytes = size === undefined ? gib : storageBytes(size);
      if (bytes >= gib && bytes <= largestVolume) return [];
      const limit = bytes < gib ? 'less than 1 GiB, the smallest volume' : 'more than 64 TiB, the largest volume';
      return [{ path: `/profiles/${index}/storage_capacity`, message: `storage_capacity ${size} is ${limit}.` }];
    });
  },
};

const volumeIsAffordable: Check = {
  code: 'OSL154',
  run({ profiles }) {
    return entriesOf(profiles).flatMap(({ index, entry: { storage_capacity: size } }) => {
      const bytes = size === undefined ? 0 : storageBytes(size);
      if (bytes <= expensiveVolume || bytes > largestVolume) return [];
      const message = `Each user of this profile pays for a volume of ${size}, more than 500 GiB.`;
      return [{ path: `/profiles/${index}/storage_capacity`, message }];
    });
  },
};

const oneDefault: Check = {
  code: 'OSL135',
  run({ profiles }) {
    const [first, ...more] = entriesOf(profiles).filter(({ entry }) => entry.default === true);
    return more.map(({ index }) => ({
      path: `/profiles/${index}/default`,
      message: `Only one profile can be chosen beforehand; profiles[${first?.index}] is it already.`,
    }));
  },
};

const someDefault: Check = {
  code: 'OSL153',
  run({ profiles = [] }, { isUnknown }) {
    const doubtful = profiles.some(
      (profile, index) => profile?.default === true || isUnknown(`/profiles/${index}/default`),
    );
    if (doubtful || profiles.length < 2) return [];
    return [
      { path: '/profiles', part: 'key', message: 'No profile has default: true; the first one is chosen beforehand.' },
    ];
  },
};

const oneFrontEnd: Check = {
  code: 'OSL138',
  run({ profiles }) {
    return entriesOf(profiles)
      .filter(({ entry }) => entry.classic === true && entry.desktop === true)
      .map(({ index }) => ({
        path: `/profiles/${index}/desktop`,
        message: 'classic and desktop exclude each other: only one page can open first.',
      }));
  },
};

const tagIsFixed: Check = {
  code: 'OSL139',
  run({ profiles }, { before }) {
    // Before its first build a profile has nothing else to name.
    const built = new Set(entriesOf(before?.profiles).map(({ entry }) => entry.name));
    return entriesOf(profiles)
      .filter(({ entry }) => entry.image_tag === 'latest' && entry.name !== undefined && built.has(entry.name))
      .map(({ index }) => ({
        path: `/profiles/${index}/image_tag`,
        message: 'The tag latest moves with every build: what users get changes without a pull request.',
      }));
  },
};

/** Rules about what users choose from. */
export const profileChecks: readonly Check[] = [
  uniqueProfiles,
  profileIsNoGroup,
  volumeSize,
  volumeIsAffordable,
  oneDefault,
  someDefault,
  oneFrontEnd,
  tagIsFixed,
];
