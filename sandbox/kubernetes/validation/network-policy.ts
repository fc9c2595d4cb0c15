import { BlockList, isIP } from 'node:net';
import { type FieldError, forbidden, invalid, oneOf, required } from './field-error.ts';
import { portName, portNumber } from './name-syntax.ts';
import { type LabelSelector, selectorErrors } from './object-meta.ts';

type Port = { port?: number | string; endPort?: number; protocol?: string };
type Peer = {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr?: string; except?: string[] };
};
type NetworkPolicySpec = {
  podSelector?: LabelSelector;
  policyTypes?: string[];
  ingress?: { from?: Peer[]; ports?: Port[] }[];
  egress?: { to?: Peer[]; ports?: Port[] }[];
};

/** k8s.io/kubernetes, pkg/apis/networking/validation, `ValidateNetworkPolicySpec`. */
export function networkPolicyErrors(spec: NetworkPolicySpec = {}): FieldError[] {
  const rule = (
    field: string,
    ports: readonly Port[] = [],
    peers: readonly Peer[] = [],
    peerField: string,
  ): FieldError[] => [
    ...ports.flatMap((port, index) => portErrors(`${field}.ports[${index}]`, port)),
    ...peers.flatMap((peer, index) => peerErrors(`${field}.${peerField}[${index}]`, peer)),
  ];
  const types = spec.policyTypes ?? [];
  return [
    ...selectorErrors('spec.podSelector', spec.podSelector),
    ...(spec.ingress ?? []).flatMap(({ ports, from }, index) => rule(`spec.ingress[${index}]`, ports, from, 'from')),
    ...(spec.egress ?? []).flatMap(({ ports, to }, index) => rule(`spec.egress[${index}]`, ports, to, 'to')),
    ...(types.length > 2 ? [invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')] : []),
    ...types.flatMap((type, index) => oneOf(`spec.policyTypes[${index}]`, type, ['Ingress', 'Egress'])),
  ];
}

function portErrors(field: string, { port, endPort, protocol }: Port): FieldError[] {
  const ofPort =
    port === undefined
      ? []
      : (typeof port === 'number' ? portNumber(port) : portName(port)).map((each) =>
          invalid(`${field}.port`, port, each),
        );
  const ofEnd =
    endPort === undefined
      ? []
      : port === undefined
        ? [invalid(`${field}.endPort`, endPort, 'may not be specified when `port` is not specified')]
        : typeof port === 'string'
          ? [invalid(`${field}.endPort`, endPort, 'may not be specified when `port` is non-numeric')]
          : endPort < port
            ? [invalid(`${field}.endPort`, port, 'must be greater than or equal to `port`')]
            : portNumber(endPort).map((each) => invalid(`${field}.endPort`, endPort, each));
  return [...oneOf(`${field}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']), ...ofPort, ...ofEnd];
}

function peerErrors(field: string, { podSelector, namespaceSelector, ipBlock }: Peer): FieldError[] {
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  return [
    ...selectorErrors(`${field}.podSelector`, podSelector),
    ...selectorErrors(`${field}.namespaceSelector`, namespaceSelector),
    ...(ipBlock === undefined ? [] : blockErrors(`${field}.ipBlock`, ipBlock)),
    ...(selects || ipBlock !== undefined ? [] : [required(field, 'must specify a peer')]),
    ...(selects && ipBlock !== undefined ? [forbidden(field, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function blockErrors(field: string, { cidr = '', except = [] }: NonNullable<Peer['ipBlock']>): FieldError[] {
  if (cidr === '') return [required(`${field}.cidr`)];
  const block = readCidr(cidr);
  if (block === undefined) return [invalid(`${field}.cidr`, cidr, NOT_A_CIDR)];
  return except.flatMap((text, index) => {
    const path = `${field}.except[${index}]`;
    const inner = readCidr(text);
    if (inner === undefined) return [invalid(path, text, NOT_A_CIDR)];
    const list = new BlockList();
    list.addSubnet(block.address, block.bits, block.family);
    const isInside =
      inner.bits > block.bits && inner.family === block.family && list.check(inner.address, inner.family);
    return isInside ? [] : [invalid(path, text, 'must be a strict subset of `cidr`')];
  });
}

const NOT_A_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function readCidr(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, address = '', bits = ''] = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined;
  return { address, bits: Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' };
}
