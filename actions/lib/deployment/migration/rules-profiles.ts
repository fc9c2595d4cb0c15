import { slugOf, sudoGroup } from '../profile-names.ts';
import { quoteValue } from '../quote-value.ts';
import { withoutEnds } from '../text-ends.ts';
import {
  convertText,
  drop,
  dropUnlessUnused,
  type FieldOutcome,
  type FieldRule,
  type FieldRules,
  isNothing,
  keepBoolean,
  keepNumber,
  keepText,
  oneLine,
  renamed,
} from './field-rules.ts';
import { imageFolder, listed, meant, type Surroundings } from './references.ts';
import type { FilledField } from './rules-nodes.ts';
import type { Naming } from './unique-names.ts';

/** What one entry of `profiles` or `lab_profiles` must know of the rest of the file. */
export type ProfileContext = {
  /** The deployment's name. */
  deployment: string;
  /** The profile's name in the new file; undefined when it has none. */
  newName: string | undefined;
  /** Old names of users' nodes to new ones; a node that is gone is not in it. */
  nodes: ReadonlyMap<string, string>;
  /** Old names of service accounts to new ones. */
  accounts: ReadonlyMap<string, string>;
  surroundings: Surroundings;
  /** Whether an earlier profile is chosen beforehand. */
  hasDefault: boolean;
};

/** Each name there once, as a group and as the hub writes it. */
export const profileNaming: Naming = {
  convert: profileName,
  key: slugOf,
  separator: ' ',
  longest: 63,
  fallback: 'Profile',
  taken: [sudoGroup],
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

/** Rules for one entry of `profiles` or `lab_profiles`, the same in all versions. */
export function profileRules(context: ProfileContext): FieldRules {
  const node = nodeName(context);
  return {
    name: newProfileName(context),
    description: keepText,
    image_name: imageName(context),
    image_tag: imageTag(context),
    image_url: imageUrl(context),
    node_name: node,
    server_type: renamed('node_name', node),
    node: renamed('node_name', node),
    storage_capacity: storage,
    hook_script: hookScript(context),
    memory_guarantee: memory,
    memory_limit: memory,
    mem_guarantee: renamed('memory_guarantee', memory),
    mem_limit: renamed('memory_limit', memory),
    cpu_guarantee: cpus,
    cpu_limit: cpus,
    delete_user_volumes: keepBoolean,
    delete_pvc: renamed('delete_user_volumes', keepBoolean),
    classic: keepBoolean,
    desktop,
    default_url: firstPage,
    default: isDefault(context),
    service_account: serviceAccount(context),
    egress_profile: unlimited,
    egress_config: unlimited,
    disable_domain_whitelist: drop('Nothing limits what servers may reach.'),
    disable_rate_limit: drop('Nothing limits what servers may reach.'),
    extension_override: dropUnlessUnused(
      'There was none.',
      'Settings of JupyterLab are not chosen by a profile. What all servers should have goes into the image, or into cluster/jupyterhub/singleuser/.',
    ),
  };
}

const unlimited = dropUnlessUnused('It limited nothing.', 'There is no Istio: what servers may reach is not limited.');

function profileName(text: string): string {
  const allowed = text.normalize('NFKD').replace(/[^A-Za-z0-9_. -]+/g, ' ');
  return withoutEnds(allowed.replace(/ +/g, ' '), '_. -');
}

function newProfileName({ newName }: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text) || newName === undefined) return {};
    if (newName === text) return { to: name, value: text };
    const whyNot = profileName(text) === text ? 'names are there once, and have at most 63 characters.' : '';
    const group = 'the name makes the group that may use the profile. Its members do not come along.';
    const message = `${quoteValue(text)} is ${quoteValue(newName)} now: ${whyNot || group}`;
    return { to: name, value: newName, note: { kind: 'decision', message } };
  };
}

function nodeName({ nodes }: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    const value = meant(nodes, text);
    if (value === text) return { to: name, value };
    if (value !== undefined) {
      return { to: name, value, note: { kind: 'changed', message: `The node is called ${quoteValue(value)} now.` } };
    }
    const [only] = nodes.values();
    const missing = `There is no node ${quoteValue(text)} for users`;
    if (only === undefined || nodes.size > 1) {
      const message =
        only === undefined
          ? `${missing}, and no other either.`
          : `${missing}: choose one of ${listed([...nodes.values()])}.`;
      return { to: name, value: oneLine(text), note: { kind: 'decision', message } };
    }
    const message = `${missing}. It is ${quoteValue(only)} now, the only one.`;
    return { to: name, value: only, note: { kind: 'decision', message } };
  };
}

/** The folder of an image, and what a person must do where it is not there. */
function builtFrom(image: string, { surroundings, deployment }: ProfileContext): { folder: string; missing?: string } {
  const { images } = surroundings;
  const folder = imageFolder(image, images);
  if (folder === '' || images === undefined || images.includes(folder)) return { folder };
  const places = `images/${folder} or deployments/${deployment || 'NAME'}/container/images/${folder}`;
  return {
    folder,
    missing: `There is no folder for it here: bring it to ${places}, or choose one of ${listed(images)}.`,
  };
}

function imageName(context: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    if (/\s/.test(text.trim())) {
      const choice =
        context.surroundings.images === undefined ? 'a folder of images/' : listed(context.surroundings.images);
      const message = `${quoteValue(text)} is no name of an image: name ${choice}.`;
      return { to: name, value: oneLine(text), note: { kind: 'decision', message } };
    }
    const { folder, missing } = builtFrom(oneLine(text), context);
    const value = folder || oneLine(text);
    const change =
      value === text
        ? ''
        : `${quoteValue(text)} is ${quoteValue(value)} now: names of images are lower-case letters and digits. `;
    if (missing !== undefined) return { to: name, value, note: { kind: 'decision', message: change + missing } };
    return { to: name, value, ...(change === '' ? {} : { note: { kind: 'changed', message: change.trim() } }) };
  };
}

/** The tag that every build of an image gets (images/build.sh). */
const builtTag = 'latest';

/** Upstream's builds made the old tags; here an image exists from its first build on. */
function imageTag({ deployment }: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    if (text === builtTag) return { to: name, value: builtTag };
    const place = `${deployment || 'NAME'}-container`;
    const message = `${quoteValue(text)} is ${quoteValue(builtTag)} now, which is built from the image’s folder: the old tag is of another build. Write it back only if ${place} in ECR has it.`;
    return { to: name, value: builtTag, note: { kind: 'changed', message } };
  };
}

/** `registry/namespace/image:tag@digest` as image_name and image_tag. */
function imageUrl(context: ProfileContext): FieldRule {
  return ({ text }) => {
    if (isNothing(text)) return {};
    const [reference = ''] = text.split('@', 1);
    const [, image = ''] = /^([^:]+)(?::[^:]*)?$/.exec(reference.split('/').at(-1) ?? '') ?? [];
    const { folder, missing } = builtFrom(image, context);
    if (folder === '') {
      return { note: { kind: 'decision', message: `${quoteValue(text)} names no image; it was left out.` } };
    }
    const message = `It is image_name ${quoteValue(folder)} and image_tag ${quoteValue(builtTag)} now: images are built from folders, and not taken from other registries.`;
    const kind = missing === undefined ? 'changed' : 'decision';
    const also = { image_tag: builtTag };
    return {
      to: 'image_name',
      value: folder,
      also,
      note: { kind, message: [message, missing].filter(Boolean).join(' ') },
    };
  };
}

function hookScript({ surroundings: { hooks }, deployment }: ProfileContext): FieldRule {
  return (field) => {
    const { name, text } = field;
    if (isNothing(text)) return {};
    const file = oneLine(text).split('/').at(-1) ?? '';
    const folder = 'cluster/jupyterhub/singleuser/hooks';
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*\.sh$/.test(file)) {
      return {
        note: {
          kind: 'decision',
          message: `${quoteValue(text)} is no name of a script such as sar.sh; it was left out.`,
        },
      };
    }
    if (hooks !== undefined && !hooks.includes(file)) {
      const message = `There is no ${file} in ${folder}; it was left out. Bring the script there or to deployments/${deployment || 'NAME'}/${folder}, and name it again.`;
      return { note: { kind: 'decision', message } };
    }
    if (file === text) return { to: name, value: file };
    return { to: name, value: file, note: { kind: 'changed', message: `It is ${file} now, a file in ${folder}.` } };
  };
}

const desktop: FieldRule = (field) => opened(keepBoolean(field));

/** The page that opens first, in the words of 2025. */
const firstPage: FieldRule = ({ text }) => {
  if (isNothing(text) || text === '/lab')
    return { note: { kind: 'dropped', message: 'JupyterLab opens first anyway.' } };
  if (text === '/desktop') return opened({ to: 'desktop', value: true });
  return { note: { kind: 'decision', message: `${quoteValue(text)} cannot open first; it was left out.` } };
};

function opened(outcome: FieldOutcome): FieldOutcome {
  if (outcome.value !== true) return outcome;
  const message =
    'The image must contain jupyter-remote-desktop-proxy and a desktop, which helloworld and sar of this repository do not.';
  return { ...outcome, note: { kind: 'decision', message } };
}

function serviceAccount({ accounts }: ProfileContext): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    const value = meant(accounts, oneLine(text));
    if (value === undefined) {
      const message = `There is no service account ${quoteValue(text)}; it was left out.`;
      return { note: { kind: 'decision', message } };
    }
    if (value === text) return { to: name, value };
    return { to: name, value, note: { kind: 'changed', message: `The account is called ${quoteValue(value)} now.` } };
  };
}

const storage: FieldRule = (field) => {
  const outcome = convertText(storageSize, 'sizes are whole numbers with M, G, T, Mi, Gi or Ti, at least 1Gi.')(field);
  if (typeof outcome.value !== 'string' || /^[0-9]+[MGT]i?$/.test(outcome.value)) return outcome;
  return {
    ...outcome,
    note: { kind: 'decision', message: `${quoteValue(field.text)} is no size of a volume: correct it.` },
  };
};

function storageSize(text: string): string {
  const [, digits = '', unit = ''] = /^([0-9]+) ?([KMGTPE]i?)?$/.exec(text) ?? [];
  const bytes = Number(digits) * (units[unit] ?? Number.NaN);
  if (digits === '' || Number.isNaN(bytes)) return text;
  if (bytes < 2 ** 30) return '1Gi';
  return /^[MGT]i?$/.test(unit) ? `${Number(digits)}${unit}` : `${Math.ceil(bytes / 2 ** 30)}Gi`;
}

/** KubeSpawner's sizes: K, M, G and T are powers of 1024 there, so `16Gi` is `16G`. */
const memory: FieldRule = (field) => {
  const size = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)i?B?$/i.exec((field.text ?? '').replace(/\s/g, ''));
  if (isNothing(field.text) || size !== null) {
    const [, number = '', unit = ''] = size ?? [];
    return convertText(() => number + unit.toUpperCase(), 'JupyterHub writes memory with K, M, G or T.')(field);
  }
  return { note: { kind: 'decision', message: `${quoteValue(field.text)} is no size of memory; it was left out.` } };
};

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

/** What a profile needs and does not say, where one value follows from the rest. */
export function missingProfileFields(
  { nodes, newName }: ProfileContext,
  version: string,
  has: (name: string) => boolean,
): FilledField[] {
  const [only] = nodes.values();
  const filled: FilledField[] = [];
  const fill = (field: FilledField): void => void (has(field.name) || filled.push(field));
  if (newName !== undefined) {
    fill({
      name: 'description',
      value: newName,
      kind: 'changed',
      message: 'The file says none; it is the profile’s name.',
    });
  }
  if (has('image_name')) {
    fill({ name: 'image_tag', value: builtTag, kind: 'changed', message: `The file says none; it is ${builtTag}.` });
  }
  if (only !== undefined && nodes.size === 1) {
    const message = `The file names none; it is ${quoteValue(only)}, the only one.`;
    fill({ name: 'node_name', also: ['node', 'server_type'], value: only, kind: 'decision', message });
  }
  if (version === '2025') {
    const message = 'The file does not say it; 10Gi was the default.';
    fill({ name: 'storage_capacity', value: '10Gi', kind: 'changed', message });
  }
  return filled;
}
