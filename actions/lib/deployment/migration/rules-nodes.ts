import { quoteValue } from '../quote-value.ts';
import { drop, type FieldRule, isNothing, keepBoolean, keepInteger, keepText, oneLine } from './field-rules.ts';
import type { FieldRules } from './rules-2022.ts';
import type { UpstreamGroup } from './upstream-file.ts';

/** Smallest root volume: the size of the snapshot behind the machine image (Amazon EKS optimized AL2023). */
const smallestRootVolume = 20;

/** Hub machines that upstream recommended in 2022 and that hold too few pods for what the hub's node runs today. */
const smallHubs = /^t[23]a?\.(nano|micro|small|medium)$/;

/** Why a machine of this node is not taken over; undefined when it is. */
export function whyNodeIsDropped(node: UpstreamGroup): string | undefined {
  const policy = textOf(node, 'node_policy');
  const flagged = ['is_dask_controller', 'is_dask_worker'].some((name) => textOf(node, name) !== undefined);
  return flagged || policy?.startsWith('dask_') ? 'It was for Dask, which is no part of a deployment.' : undefined;
}

/**
 * The hub's machine: the one whose `is_hub` is true. Upstream's templates ask only whether it is there, so that
 * `is_hub: False` made a hub too; without any, the policy says which one was meant.
 */
export function findHub(nodes: readonly UpstreamGroup[]): UpstreamGroup | undefined {
  const flags = nodes.map((node) => ({ node, flag: node.fields.find(({ name }) => name === 'is_hub') }));
  const flagged = flags.filter(({ flag }) => flag !== undefined);
  const found = flagged.find(({ flag }) => flag?.value === true) ?? flagged[0];
  return found?.node ?? nodes.find((node) => textOf(node, 'node_policy') === 'hub');
}

/** Rules for one entry of `nodes`, the same in both versions. */
export function nodeRules(isHub: boolean): FieldRules {
  return {
    name: nodeName(isHub),
    instance: isHub ? hubInstance : keepText,
    min_number: isHub ? exactlyOne : keepInteger,
    max_number: isHub ? exactlyOne : keepInteger,
    node_policy: nodePolicy(isHub),
    root_volume_size: rootVolume,
    is_hub: isHub ? hubFlag : otherHubFlag,
    is_spot: keepBoolean,
    is_dask_controller: drop('Dask is no part of a deployment.'),
    is_dask_worker: drop('Dask is no part of a deployment.'),
  };
}

/** The value of a scalar field; undefined when it is not there or says nothing. */
export function textOf({ fields }: UpstreamGroup, name: string): string | undefined {
  const text = fields.find((field) => field.name === name)?.text;
  return isNothing(text) ? undefined : oneLine(text);
}

function nodeName(isHub: boolean): FieldRule {
  return ({ name, text }) => {
    if (isNothing(text)) return {};
    const ascii = isHub ? 'hub' : text.normalize('NFKD').replace(/[^A-Za-z0-9]/g, '');
    if (ascii === text) return { to: name, value: text };
    const why = isHub ? 'the hub’s machine is always called so.' : 'letters and digits only.';
    return {
      to: name,
      value: ascii,
      note: { kind: 'changed', message: `${quoteValue(text)} is ${quoteValue(ascii)} now: ${why}` },
    };
  };
}

const hubInstance: FieldRule = (field) => {
  const outcome = keepText(field);
  const first = (field.text ?? '').split(',')[0]?.trim() ?? '';
  if (!smallHubs.test(first)) return outcome;
  const message = `${first} holds few pods; t3a.xlarge is enough for the hub and the services beside it.`;
  return { ...outcome, note: { kind: 'decision', message } };
};

const exactlyOne: FieldRule = (field) => {
  if (field.value === 1) return { to: field.name, value: 1 };
  return { to: field.name, value: 1, note: { kind: 'changed', message: 'It is 1 now: the hub runs exactly once.' } };
};

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
