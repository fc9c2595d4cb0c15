import { quoteValue } from '../quote-value.ts';
import { withoutEnds } from '../text-ends.ts';
import {
  convertText,
  dropUnlessUnused,
  type FieldRule,
  isNothing,
  keepBoolean,
  keepNumber,
  keepText,
} from './field-rules.ts';
import type { FieldRules } from './rules-2022.ts';

/** What one entry of `profiles` or `lab_profiles` must know of the others. */
export type ProfileContext = {
  /** Old names of nodes to new ones; a node that is gone is not in it. */
  nodes: ReadonlyMap<string, string>;
  /** Whether an earlier profile is chosen beforehand. */
  hasDefault: boolean;
};

/** Factors of Kubernetes' quantity suffixes, in bytes. */
const units: Readonly<Record<string, number>> = {
  '': 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Rules for one entry of `profiles` (2022) or `lab_profiles` (2024). */
export function profileRules(context: ProfileContext): FieldRules {
  return {
    name: convertText(
      profileName,
      'the name makes the group that may use the profile. Its members do not come along.',
      'decision',
    ),
    description: keepText,
    image_name: convertText((text) => text.toLowerCase(), 'names of images are in lower case.'),
    image_tag: imageTag,
    image_url: imageUrl,
    node_name: nodeName(context),
    storage_capacity: convertText(storageSize, 'sizes are whole numbers with M, G, T, Mi, Gi or Ti, at least 1Gi.'),
    hook_script: keepText,
    memory_guarantee: memory,
    memory_limit: memory,
    cpu_guarantee: cpus,
    cpu_limit: cpus,
    delete_user_volumes: keepBoolean,
    classic: keepBoolean,
    desktop: keepBoolean,
    default: isDefault(context),
    service_account: keepText,
    egress_profile: dropUnlessUnused(
      'It limited nothing.',
      'There is no Istio: what servers may reach is not limited.',
    ),
  };
}

function profileName(text: string): string {
  const allowed = text.normalize('NFKD').replace(/[^A-Za-z0-9_. -]+/g, ' ');
  return withoutEnds(allowed.replace(/ +/g, ' '), '_. -');
}

function nodeName({ nodes }: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    const value = nodes.get(text);
    if (value === undefined) {
      return {
        to: name,
        value: text,
        note: { kind: 'decision', message: `There is no node ${quoteValue(text)} for users.` },
      };
    }
    return value === text
      ? { to: name, value }
      : { to: name, value, note: { kind: 'changed', message: `The node is called ${quoteValue(value)} now.` } };
  };
}

function storageSize(text: string): string {
  const [, digits = '', unit = ''] = /^([0-9]+) ?([KMGTPE]i?)?$/.exec(text) ?? [];
  const bytes = Number(digits) * (units[unit] ?? Number.NaN);
  if (digits === '' || Number.isNaN(bytes)) return text;
  if (bytes < 2 ** 30) return '1Gi';
  return /^[MGT]i?$/.test(unit) ? `${Number(digits)}${unit}` : `${Math.ceil(bytes / 2 ** 30)}Gi`;
}

/** `registry/namespace/image:tag`, which drafts of the file of 2024 had, as image_name and image_tag. */
const imageUrl: FieldRule = (field) => {
  if (isNothing(field.text)) return {};
  const [reference = ''] = field.text.split('@', 1);
  const [, image = '', tag = 'latest'] = /^([^:]+)(?::([^:]+))?$/.exec(reference.split('/').at(-1) ?? '') ?? [];
  if (image === '') {
    return {
      note: { kind: 'decision', message: `${quoteValue(field.text)} names no image with a tag; it was left out.` },
    };
  }
  const message = `It is image_name ${quoteValue(image)} and image_tag ${quoteValue(tag)} now; the image is built from images/.`;
  return { to: 'image_name', value: image.toLowerCase(), also: { image_tag: tag }, note: { kind: 'changed', message } };
};

/** Tags of the old registry name nothing in the new one, where the first build makes `latest`. */
const imageTag: FieldRule = (field) => {
  const outcome = keepText(field);
  if (isNothing(field.text) || field.text === 'latest') return outcome;
  const message = `The tag ${quoteValue(field.text)} is of the old registry: until an image has it in the new one, write latest.`;
  return { ...outcome, note: { kind: 'decision', message } };
};

/** KubeSpawner's sizes: K, M, G and T are powers of 1024 there, so `16Gi` is `16G`. */
const memory = convertText(
  (text) => text.replace(/\s/g, '').replace(/^([0-9.]+[KMGT])i?B?$/i, (_, size: string) => size.toUpperCase()),
  'JupyterHub writes memory with K, M, G or T.',
);

const cpus: FieldRule = (field) => {
  const milli = /^([0-9]+)m$/.exec(field.text ?? '');
  if (milli === null) return keepNumber(field);
  const value = Number(milli[1]) / 1000;
  return {
    to: field.name,
    value,
    note: { kind: 'changed', message: `${field.text} is ${value} now: CPUs are a number.` },
  };
};

function isDefault({ hasDefault }: ProfileContext): FieldRule {
  return (field) => {
    const outcome = keepBoolean(field);
    if (!hasDefault || outcome.value !== true) return outcome;
    return {
      note: { kind: 'decision', message: 'Only one profile can be chosen beforehand; an earlier one is it already.' },
    };
  };
}
