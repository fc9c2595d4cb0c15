import { longestName, namesFor, reservedSuffixes, reservedWords } from '../names.ts';
import { quoteValue } from '../quote-value.ts';
import type { Check } from './check.ts';

const path = '/parameters/cost_tag_value';

const folderIsName: Check = {
  code: 'OSL101',
  run({ name }, { folder }) {
    if (name === undefined || folder.startsWith('_') || folder === name) return [];
    const message = `The deployment is called ${quoteValue(name)}, but its folder ${quoteValue(folder)}.`;
    return [{ path, message }];
  },
};

/** Region with the shortest name, for limits of a deployment whose region is not known. */
const shortestRegion = 'us-east-1';

const namesFit: Check = {
  code: 'OSL102',
  run({ name, aws }) {
    if (name === undefined) return [];
    const region = aws?.region ?? shortestRegion;
    if (name.length <= longestName(region)) return [];
    const tooLong = namesFor({ name, region, images: [], namespace: `${name}-container` })
      .filter(({ remaining }) => remaining < 0)
      .sort((a, b) => a.remaining - b.remaining);
    const [worst] = tooLong;
    if (worst === undefined) return [];
    const excess = -worst.remaining === 1 ? '1 character' : `${-worst.remaining} characters`;
    const message = `The name is ${excess} too long: the ${worst.resource} ${quoteValue(worst.name)} may have ${worst.limit}.`;
    return [{ path, message, hint: `In ${region} a name has at most ${longestName(region)} characters.` }];
  },
};

const noReservedSuffix: Check = {
  code: 'OSL103',
  run({ name }) {
    const suffix = reservedSuffixes.find((ending) => name?.endsWith(`-${ending}`));
    if (name === undefined || suffix === undefined) return [];
    const stem = quoteValue(name.slice(0, -suffix.length - 1));
    const message = `The name must not end in -${suffix}: stacks and repositories of ${stem} would have the same names.`;
    return [{ path, message }];
  },
};

/** A reserved ending, with its hyphen; empty when there is none. */
function reservedEnding(name: string): string {
  return reservedSuffixes.map((ending) => `-${ending}`).find((ending) => name.endsWith(ending)) ?? '';
}

const noReservedWord: Check = {
  code: 'OSL104',
  run({ name }) {
    // A reserved ending is reported as such.
    const stem = name?.slice(0, name.length - reservedEnding(name).length);
    const word = reservedWords.find((reserved) => stem?.includes(reserved));
    if (word !== undefined) {
      return [{ path, message: `The name must not contain ${word}: Cognito refuses such domains.` }];
    }
    if (!name?.startsWith('internal-')) return [];
    return [{ path, message: 'The name must not start with internal-: load balancers may not be called so.' }];
  },
};

const namespaceIsContainer: Check = {
  code: 'OSL105',
  run({ name, parameters }) {
    const namespace = parameters?.container_namespace;
    if (name === undefined || namespace === undefined || namespace === `${name}-container`) return [];
    const message = `container_namespace must be ${quoteValue(`${name}-container`)}, not ${quoteValue(namespace)}.`;
    return [{ path: '/parameters/container_namespace', message }];
  },
};

/** Rules about the deployment's name and what is made from it. */
export const nameChecks: readonly Check[] = [
  folderIsName,
  namesFit,
  noReservedSuffix,
  noReservedWord,
  namespaceIsContainer,
];
