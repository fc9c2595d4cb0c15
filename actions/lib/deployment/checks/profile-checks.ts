import { nearMiss } from '../near-miss.ts';
import { groupOf, slugOf } from '../profile-names.ts';
import { memoryBytes, storageBytes } from '../quantities.ts';
import { quoteValue } from '../quote-value.ts';
import { type Check, repeated } from './check.ts';

const gib = 2 ** 30;

/** Largest gp3 volume, 64 TiB (Amazon EBS user guide, gp3 volumes). */
const largestVolume = 64 * 1024 * gib;

const uniqueProfiles: Check = {
  code: 'OSL131',
  rule: 'Profile names are unique, also as group names and as the hub’s slugs.',
  run({ profiles }) {
    const groups = repeated(profiles, ({ name }) => groupOf(name));
    const slugs = repeated(profiles, ({ name }) => slugOf(name)).filter(
      ({ index }) => !groups.some((group) => group.index === index),
    );
    return [...groups, ...slugs].map(({ index, first, key }) => ({
      path: `/profiles/${index}/name`,
      message: `profiles[${first}] has this name already, as ${quoteValue(key)}.`,
    }));
  },
};

const profileIsNoGroup: Check = {
  code: 'OSL132',
  rule: 'No profile is called sudo.',
  run({ profiles }) {
    return profiles.flatMap(({ name }, index) =>
      groupOf(name).toLowerCase() === 'sudo'
        ? [
            {
              path: `/profiles/${index}/name`,
              message: 'A profile cannot be called sudo: that group makes users root.',
            },
          ]
        : [],
    );
  },
};

const guaranteeBelowLimit: Check = {
  code: 'OSL133',
  rule: 'A guarantee is at most its limit.',
  run({ profiles }) {
    return profiles.flatMap((profile, index) => {
      const { memory_guarantee, memory_limit, cpu_guarantee, cpu_limit } = profile;
      const memory =
        memory_guarantee !== undefined &&
        memory_limit !== undefined &&
        memoryBytes(memory_guarantee) > memoryBytes(memory_limit);
      const cpu = cpu_guarantee !== undefined && cpu_limit !== undefined && cpu_guarantee > cpu_limit;
      const at = `/profiles/${index}`;
      return [
        ...(memory
          ? [
              {
                path: `${at}/memory_guarantee`,
                message: `memory_guarantee ${memory_guarantee} is more than memory_limit ${memory_limit}.`,
              },
            ]
          : []),
        ...(cpu
          ? [
              {
                path: `${at}/cpu_guarantee`,
                message: `cpu_guarantee ${cpu_guarantee} is more than cpu_limit ${cpu_limit}.`,
              },
            ]
          : []),
      ];
    });
  },
};

const volumeSize: Check = {
  code: 'OSL134',
  rule: 'Home volumes have 1 GiB to 64 TiB.',
  run({ profiles }) {
    return profiles.flatMap(({ storage_capacity: size }, index) => {
      const bytes = storageBytes(size);
      const path = `/profiles/${index}/storage_capacity`;
      if (bytes < gib) return [{ path, message: `storage_capacity ${size} is less than 1 GiB, the smallest volume.` }];
      return bytes > largestVolume
        ? [{ path, message: `storage_capacity ${size} is more than 64 TiB, the largest volume.` }]
        : [];
    });
  },
};

const oneDefault: Check = {
  code: 'OSL135',
  rule: 'At most one profile is chosen beforehand.',
  run({ profiles }) {
    const defaults = profiles.flatMap((profile, index) => (profile.default ? [index] : []));
    return defaults.slice(1).map((index) => ({
      path: `/profiles/${index}/default`,
      message: `Only one profile can be chosen beforehand; profiles[${defaults[0]}] is it already.`,
    }));
  },
};

const imageExists: Check = {
  code: 'OSL136',
  rule: 'Each profile’s image has a folder below images.',
  run({ profiles }, { images }) {
    if (images === undefined) return [];
    return profiles.flatMap(({ image_name: image }, index) => {
      if (images.includes(image)) return [];
      const near = nearMiss(image, images);
      const hint = near === undefined ? `Images: ${images.map(quoteValue).join(', ')}.` : `Did you mean ${near}?`;
      return [
        { path: `/profiles/${index}/image_name`, message: `There is no image called ${quoteValue(image)}.`, hint },
      ];
    });
  },
};

const hookExists: Check = {
  code: 'OSL137',
  rule: 'Each profile’s hook_script exists below singleuser/hooks.',
  run({ profiles }, { hooks }) {
    if (hooks === undefined) return [];
    return profiles.flatMap(({ hook_script: hook }, index) => {
      if (hook === undefined || hooks.includes(hook)) return [];
      const near = nearMiss(hook, hooks);
      const hint = near === undefined ? `Scripts: ${hooks.map(quoteValue).join(', ')}.` : `Did you mean ${near}?`;
      return [
        {
          path: `/profiles/${index}/hook_script`,
          message: `There is no hook script called ${quoteValue(hook)}.`,
          hint,
        },
      ];
    });
  },
};

const oneFrontEnd: Check = {
  code: 'OSL138',
  rule: 'A profile starts in the classic notebook or in a desktop, not both.',
  run({ profiles }) {
    return profiles.flatMap(({ classic, desktop }, index) =>
      classic && desktop
        ? [{ path: `/profiles/${index}/desktop`, message: 'classic and desktop exclude each other.' }]
        : [],
    );
  },
};

/** Rules about what users choose from. */
export const profileChecks: readonly Check[] = [
  uniqueProfiles,
  profileIsNoGroup,
  guaranteeBelowLimit,
  volumeSize,
  oneDefault,
  imageExists,
  hookExists,
  oneFrontEnd,
];
