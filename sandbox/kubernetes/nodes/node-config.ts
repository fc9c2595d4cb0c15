import { loadAll } from 'js-yaml';

export type NodeTaint = { key: string; value: string; effect: string };

/** What the user data of a self-managed AL2023 node tells `nodeadm` (awslabs/amazon-eks-ami, nodeadm API reference). */
export type NodeConfig = { clusterName: string; labels: Record<string, string>; taints: NodeTaint[] };

/**
 * Reads the NodeConfig out of an instance's user data: YAML, or MIME parts of which some are `application/node.eks.aws`.
 * @param userData base64
 * @returns undefined when there is none, or when it lacks what a node needs to join: name, endpoint, certificate, CIDR
 */
export function readNodeConfig(userData: string | undefined): NodeConfig | undefined {
  if (userData === undefined) return undefined;
  const text = Buffer.from(userData, 'base64').toString();
  for (const part of partsOf(text)) {
    for (const document of yamlDocuments(part)) {
      const config = toNodeConfig(document);
      if (config) return config;
    }
  }
  return undefined;
}

function partsOf(text: string): string[] {
  const boundary = /boundary="?([^"\s;]+)"?/i.exec(text)?.[1];
  if (boundary === undefined) return [text];
  return text
    .split(`--${boundary}`)
    .filter((part) => /content-type:\s*application\/node\.eks\.aws/i.test(part))
    .map((part) => part.slice(part.search(/\r?\n\r?\n/)));
}

function yamlDocuments(text: string): unknown[] {
  try {
    return loadAll(text);
  } catch {
    // Shell scripts and broken YAML configure no node; AL2023 then boots without joining anything.
    return [];
  }
}

function toNodeConfig(document: unknown): NodeConfig | undefined {
  const { apiVersion, kind, spec } = asRecord(document);
  if (apiVersion !== 'node.eks.aws/v1alpha1' || kind !== 'NodeConfig') return undefined;
  const { cluster, kubelet } = asRecord(spec);
  const { name, apiServerEndpoint, certificateAuthority, cidr } = asRecord(cluster);
  if (typeof name !== 'string' || !apiServerEndpoint || !certificateAuthority || !cidr) return undefined;
  const { config, flags } = asRecord(kubelet);
  const texts = Array.isArray(flags) ? flags.map(String) : [];
  const registered = asRecord(config)['registerWithTaints'];
  return {
    clusterName: name,
    labels: Object.fromEntries(valuesOf(texts, '--node-labels').map(splitPair)),
    taints: [
      ...valuesOf(texts, '--register-with-taints').map(parseTaint),
      ...(Array.isArray(registered) ? registered.map(toTaint) : []),
    ],
  };
}

const valuesOf = (flags: readonly string[], name: string): string[] =>
  flags
    .filter((flag) => flag.startsWith(`${name}=`))
    .flatMap((flag) => flag.slice(name.length + 1).split(','))
    .filter((each) => each !== '');

function splitPair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `key=value:Effect` */
export function parseTaint(text: string): NodeTaint {
  const [pair = '', effect = 'NoSchedule'] = text.split(':');
  const [key, value] = splitPair(pair);
  return { key, value, effect };
}

function toTaint(given: unknown): NodeTaint {
  const { key, value, effect } = asRecord(given);
  return { key: String(key ?? ''), value: String(value ?? ''), effect: String(effect ?? 'NoSchedule') };
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
