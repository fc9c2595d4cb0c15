import { longestName, physicalNames, reservedSuffixes, reservedWords } from '../names.ts';
import { quoteValue } from '../quote-value.ts';
import type { Check } from './check.ts';

const path = '/parameters/cost_tag_value';

const folderIsName: Check = {
  code: 'OSL101',
  rule: 'The folder has the deployment’s name.',
  run({ name }, { folder }) {
    if (folder.startsWith('_') || folder === name) return [];
    const message = `The deployment is called ${quoteValue(name)}, but its folder ${quoteValue(folder)}.`;
    return [{ path, message, hint: 'Give both the same name; after the first deployment rename neither.' }];
  },
};

const namesFit: Check = {
  code: 'OSL102',
  rule: 'Every name made from the deployment’s name keeps AWS’s length limits in its region.',
  run(deployment) {
    const tooLong = physicalNames(deployment).filter(({ remaining }) => remaining < 0);
    const [worst] = tooLong.sort((a, b) => a.remaining - b.remaining);
    if (worst === undefined) return [];
    const { resource, name, limit, remaining } = worst;
    const message = `The name is ${-remaining} characters too long: the ${resource} ${quoteValue(name)} may have ${limit}.`;
    const { region } = deployment.aws;
    return [{ path, message, hint: `In ${region} a name has at most ${longestName(region)} characters.` }];
  },
};

const noReservedSuffix: Check = {
  code: 'OSL103',
  rule: 'The name does not end like a stack of another deployment.',
  run({ name }) {
    const suffix = reservedSuffixes.find((ending) => name.endsWith(`-${ending}`));
    if (suffix === undefined) return [];
    const message = `The name must not end in -${suffix}: the stacks and repositories of ${quoteValue(name.slice(0, -suffix.length - 1))} would have the same names.`;
    return [{ path, message }];
  },
};

const noReservedWord: Check = {
  code: 'OSL104',
  rule: 'The name contains no word that Cognito refuses in a domain and no prefix that load balancers refuse.',
  run({ name }) {
    const word = reservedWords.find((reserved) => name.includes(reserved));
    if (word !== undefined)
      return [{ path, message: `The name must not contain ${word}: Cognito refuses such domains.` }];
    if (!name.startsWith('internal-')) return [];
    return [{ path, message: 'The name must not start with internal-: load balancers may not be called so.' }];
  },
};

const namespaceIsContainer: Check = {
  code: 'OSL105',
  rule: 'container_namespace is the name and -container.',
  run({ name, parameters }) {
    if (parameters.container_namespace === `${name}-container`) return [];
    return [
      {
        path: '/parameters/container_namespace',
        message: `container_namespace must be ${quoteValue(`${name}-container`)}, not ${quoteValue(parameters.container_namespace)}.`,
        hint: 'Leave the field out: this is its default.',
      },
    ];
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
