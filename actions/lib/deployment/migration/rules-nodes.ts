import { isSeq } from 'yaml';
import { quoteValue } from '../quote-value.ts';
import {
  drop,
  type FieldOutcome,
  type FieldRule,
  type FieldRules,
  isNothing,
  keepBoolean,
  keepInteger,
  keepText,
  oneLine,
  renamed,
} from './field-rules.ts';
import { textOf } from './references.ts';
import type { Naming } from './unique-names.ts';
import type { UpstreamField, UpstreamGroup } from './upstream-reader.ts';

/** Smallest root volume: the size of the snapshot behind the machine image (Amazon EKS optimized AL2023). */
const smallestRootVolume = 20;

/** Hub machines that upstream recommended in 2022 and that hold too few pods for what the hub's node runs today. */
const smallHubs = /^t[23]a?\.(nano|micro|small|medium)$/;

/** What the field node_type of 2025 says; that of 2021 is a type of machine. */
const kindsOfNode = ['core', 'user'];

/** Letters and digits, each name once; `hub` is the hub's. */
export const nodeNaming: Naming = {
  convert: (text) => text.normalize('NFKD').replace(/[^A-Za-z0-9]/g, ''),
  key: (name) => name,
  separator: 'n',
  longest: 30,
  fallback: 'node',
  taken: ['hub'],
};

/** Why a machine of this node is not taken over; undefined when it is. */
export function whyNodeIsDropped(node: UpstreamGroup): string | undefined {
  const policy = textOf(node, 'node_policy');
  const flagged = textOf(node, 'is_dask_controller', 'is_dask_worker') !== undefined;
  return flagged || policy?.startsWith('dask_') ? 'It was for Dask, which is no part of a deployment.' : undefined;
}

/** A node's name in the file. */
export const oldNodeName = (node: UpstreamGroup): string | undefined => textOf(node, 'name', 'node_name');

/**
 * The hub's machine: the one whose `is_hub` is true. Upstream's templates ask only whether it is there, so that
 * `is_hub: False` made a hub too; without any, the policy, the kind or the name says which one was meant.
 */
export function findHub(nodes: readonly UpstreamGroup[]): UpstreamGroup | undefined {
  const flags = nodes.map((node) => ({ node, flag: node.fields.find(({ name }) => name === 'is_hub') }));
  const flagged = flags.filter(({ flag }) => flag !== undefined);
  const found = flagged.find(({ flag }) => flag?.value === true) ?? flagged[0];
  const named = (...names: readonly string[]): UpstreamGroup | undefined =>
    nodes.find((node) => names.includes(oldNodeName(node)?.toLowerCase() ?? ''));
  return (
    found?.node ??
    nodes.find((node) => textOf(node, 'node_policy') === 'hub') ??
    nodes.find((node) => textOf(node, 'node_type') === 'core') ??
    named('hub') ??
    named('core')
  );
}

/**
 * Rules for one entry of `nodes`, the same in all versions.
 * @param newName its name in the new file; undefined when it has none
 */
export function nodeRules(isHub: boolean, newName: string | undefined): FieldRules {
  const name = nodeName(isHub, newName);
  const instance: FieldRule = isHub ? hubInstance : machineTypes;
  const smallest = isHub ? exactlyOne : keepInteger;
  return {
    name,
    node_name: renamed('name', name),
    instance,
    node_type: (field) =>
      kindsOfNode.includes(field.text ?? '') ? nodeKind(isHub)(field) : renamed('instance', instance)(field),
    min_number: smallest,
    max_number: smallest,
    group_min_size: renamed('min_number', smallest),
    group_max_size: renamed('max_number', smallest),
    group_desired_size: drop(
      'How many run is decided by who wants a server, between the smallest and the largest number.',
    ),
    required: drop('Every node of the file is made.'),
    labels: decided('Node groups have the labels that the hub needs, and none of your own.'),
    node_policy: nodePolicy(isHub),
    root_volume_size: rootVolume,
    is_hub: isHub ? hubFlag : otherHubFlag,
    is_spot: keepBoolean,
    is_gpu: gpuFlag,
    gpu: gpuFlag,
    is_dask_controller: drop('Dask is no part of a deployment.'),
    is_dask_worker: drop('Dask is no part of a deployment.'),
  };
}

const decided =
  (message: string): FieldRule =>
  () => ({ note: { kind: 'decision', message } });

function nodeName(isHub: boolean, newName: string | undefined): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text) || newName === undefined) return {};
    if (newName === text) return { to: name, value: text };
    const isTaken = !isHub && nodeNaming.convert(text) === text;
    const why = isHub
      ? 'the hub’s machine is always called so.'
      : isTaken
        ? 'names are there once, and have at most 30 characters.'
        : 'letters and digits only.';
    return {
      to: name,
      value: newName,
      note: { kind: 'changed', message: `${quoteValue(text)} is ${quoteValue(newName)} now: ${why}` },
    };
  };
}

/** One type, several with commas, or a list of them. */
const machineTypes: FieldRule = (field) => {
  const outcome = instanceOf(field);
  if (typeof outcome.value !== 'string') return outcome;
  const types = outcome.value.split(',').map((type) => type.trim());
  const odd = types.find((type) => !/^[a-z0-9-]+\.[a-z0-9-]+$/.test(type));
  if (odd !== undefined) return judged(outcome, `${quoteValue(odd)} is no type of EC2 machine: correct it.`);
  if (!types.some((type) => /^[pg][0-9]/.test(type))) return outcome;
  return judged(outcome, 'Machines with GPUs get the same machine image as all others, without a driver for GPUs.');
};

const hubInstance: FieldRule = (field) => {
  const outcome = machineTypes(field);
  const first =
    String(outcome.value ?? '')
      .split(',')[0]
      ?.trim() ?? '';
  if (!smallHubs.test(first)) return outcome;
  return judged(outcome, `${first} holds few pods; t3a.xlarge is enough for the hub and the services beside it.`);
};

function instanceOf(field: UpstreamField): FieldOutcome {
  const { name, node, data } = field;
  if (!isSeq(node)) return keepText(field);
  const types = data();
  if (!Array.isArray(types) || !types.every((type) => typeof type === 'string')) return {};
  const value = types.map(oneLine).filter(Boolean).join(', ');
  return value === '' ? {} : { to: name, value, note: { kind: 'changed', message: 'It is one text with commas now.' } };
}

function judged(outcome: FieldOutcome, message: string): FieldOutcome {
  return { ...outcome, note: { kind: 'decision', message } };
}

const exactlyOne: FieldRule = (field) => {
  if (field.value === 1) return { to: field.name, value: 1 };
  return { to: field.name, value: 1, note: { kind: 'changed', message: 'It is 1 now: the hub runs exactly once.' } };
};

/** `core` and `user` of 2025. */
function nodeKind(isHub: boolean): FieldRule {
  const policy = isHub ? 'hub' : 'user';
  return ({ text }) => {
    const message = `It is node_policy ${policy} now.`;
    const isMeant = (text === 'core') === isHub;
    return { to: 'node_policy', value: policy, note: { kind: isMeant ? 'changed' : 'decision', message } };
  };
}

function nodePolicy(isHub: boolean): FieldRule {
  return ({ name, text }) => {
    const wanted = isHub ? 'hub' : 'user';
    if (isNothing(text)) return {};
    if (text === wanted) return { to: name, value: wanted };
    const message = `${quoteValue(text)} is ${wanted} now: permissions of your own go to the stacks’ templates.`;
    return { to: name, value: wanted, note: { kind: 'decision', message } };
  };
}

const rootVolume: FieldRule = (field) => {
  const outcome = keepInteger(field);
  if (typeof outcome.value !== 'number' || outcome.value >= smallestRootVolume) return outcome;
  const message = `${outcome.value} is ${smallestRootVolume} now: the machine image needs as much.`;
  return { ...outcome, value: smallestRootVolume, note: { kind: 'changed', message } };
};

const hubFlag: FieldRule = ({ name, value }) => {
  if (value === true) return { to: name, value: true };
  const message = 'It is true now: upstream took the node for the hub’s because the field was there, whatever it said.';
  return { to: name, value: true, note: { kind: 'decision', message } };
};

/** A second true one stays, for the checks to object to: nobody can tell which was meant. */
const otherHubFlag: FieldRule = (field) =>
  field.value === true
    ? { to: field.name, value: true }
    : { note: { kind: 'decision', message: 'It was left out: another node is the hub’s, and there is only one.' } };

const gpuFlag: FieldRule = (field) => {
  const outcome = keepBoolean(field);
  if (outcome.value === false) return { note: { kind: 'dropped', message: 'It said no.' } };
  const message = 'It was left out: all nodes get the same machine image, without a driver for GPUs.';
  return outcome.value === true ? { note: { kind: 'decision', message } } : outcome;
};

/** A field that the file lacks and the new one needs. */
export type FilledField = {
  name: string;
  value: string | number;
  kind: 'changed' | 'decision';
  /** For a file that does not have the field under any name. */
  message: string;
  /** Other names that the field had. */
  also?: readonly string[];
};

/** What a node needs and does not say, of all versions: policies came in 2022, numbers of machines before. */
export function missingNodeFields(isHub: boolean, has: (name: string) => boolean): FilledField[] {
  const [policy, smallest] = isHub ? ['hub', 1] : ['user', 0];
  const unsaid = 'The file does not say how many machines there may be; it is 1 until you choose.';
  const says = (value: string | number): string => `The file does not say it; it is ${value}.`;
  const filled: FilledField[] = [
    { name: 'min_number', also: ['group_min_size'], value: smallest, kind: 'changed', message: says(smallest) },
    {
      ...{ name: 'max_number', also: ['group_max_size'], value: 1 },
      ...(isHub ? { kind: 'changed', message: says(1) } : { kind: 'decision', message: unsaid }),
    },
    { name: 'node_policy', value: policy, kind: 'changed', message: says(policy) },
  ];
  return filled.filter(({ name }) => !has(name));
}
