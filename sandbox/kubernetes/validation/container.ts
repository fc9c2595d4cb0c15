import { parseQuantity } from '../quantity.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  nonNegative,
  notFound,
  oneOf,
  required,
  unsupported,
} from './field-error.ts';
import { dnsLabel, environmentName, portName, portNumber, qualifiedName } from './name-syntax.ts';

type Resources = { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
type Handler = {
  httpGet?: { path?: string; port?: number | string; scheme?: string };
  tcpSocket?: { port?: number | string };
  exec?: { command?: string[] };
  grpc?: { port?: number };
  [field: string]: unknown;
};
export type Container = {
  name?: string;
  image?: string;
  imagePullPolicy?: string;
  ports?: { name?: string; containerPort?: number; hostPort?: number; protocol?: string }[];
  env?: { name?: string; value?: string; valueFrom?: Record<string, unknown> }[];
  volumeMounts?: { name?: string; mountPath?: string }[];
  resources?: Resources;
  livenessProbe?: Handler;
  readinessProbe?: Handler;
  startupProbe?: Handler;
  securityContext?: SecurityContext;
};
type SecurityContext = {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  seccompProfile?: SeccompProfile;
  runAsUser?: number;
};
export type SeccompProfile = { type?: string; localhostProfile?: string };

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
/** Resources of the node that need no prefix (pkg/apis/core/helper, `IsStandardContainerResourceName`). */
const RESOURCE = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** Containers of a pod: k8s.io/kubernetes, pkg/apis/core/validation, `validateContainerCommon` and what it calls. */
export function containerErrors(
  field: string,
  containers: readonly Container[],
  volumes: ReadonlySet<string>,
): FieldError[] {
  const names = new Set<string>();
  return containers.flatMap((container, index) => {
    const path = `${field}[${index}]`;
    const { name = '' } = container;
    const repeated = names.has(name) ? [duplicate(`${path}.name`, name)] : [];
    names.add(name);
    return [
      ...(name === '' ? [required(`${path}.name`)] : dnsLabel(name).map((each) => invalid(`${path}.name`, name, each))),
      ...repeated,
      ...((container.image ?? '') === '' ? [required(`${path}.image`)] : []),
      ...portErrors(`${path}.ports`, container.ports),
      ...environmentErrors(`${path}.env`, container.env),
      ...mountErrors(`${path}.volumeMounts`, container.volumeMounts, volumes),
      ...oneOf(`${path}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
      ...resourceErrors(`${path}.resources`, container.resources),
      ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((probe) =>
        probeErrors(`${path}.${probe}`, container[probe]),
      ),
      ...securityErrors(`${path}.securityContext`, container.securityContext),
    ];
  });
}

function portErrors(field: string, ports: Container['ports'] = []): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort = 0, hostPort, protocol }, index) => {
    const path = `${field}[${index}]`;
    const ofName = name === undefined ? [] : portName(name).map((each) => invalid(`${path}.name`, name, each));
    const repeated = name !== undefined && names.has(name) ? [duplicate(`${path}.name`, name)] : [];
    if (name !== undefined) names.add(name);
    return [
      ...ofName,
      ...repeated,
      ...(containerPort === 0
        ? [required(`${path}.containerPort`)]
        : portNumber(containerPort).map((each) => invalid(`${path}.containerPort`, containerPort, each))),
      ...(hostPort ? portNumber(hostPort).map((each) => invalid(`${path}.hostPort`, hostPort, each)) : []),
      ...oneOf(`${path}.protocol`, protocol, PROTOCOLS),
    ];
  });
}

function environmentErrors(field: string, variables: Container['env'] = []): FieldError[] {
  return variables.flatMap(({ name = '', value = '', valueFrom }, index) => {
    const path = `${field}[${index}]`;
    const sources = Object.keys(valueFrom ?? {}).length;
    const problem =
      valueFrom === undefined
        ? undefined
        : sources === 0
          ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
          : value !== ''
            ? 'may not be specified when `value` is not empty'
            : sources > 1
              ? 'may not have more than one field specified at a time'
              : undefined;
    return [
      ...(name === ''
        ? [required(`${path}.name`)]
        : environmentName(name).map((each) => invalid(`${path}.name`, name, each))),
      ...(problem === undefined ? [] : [invalid(`${path}.valueFrom`, '', problem)]),
    ];
  });
}

function mountErrors(
  field: string,
  mounts: Container['volumeMounts'] = [],
  volumes: ReadonlySet<string>,
): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap(({ name = '', mountPath = '' }, index) => {
    const path = `${field}[${index}]`;
    const repeated = paths.has(mountPath) ? [invalid(`${path}.mountPath`, mountPath, 'must be unique')] : [];
    paths.add(mountPath);
    return [
      ...(name === '' ? [required(`${path}.name`)] : []),
      ...(volumes.has(name) ? [] : [notFound(`${path}.name`, name)]),
      ...(mountPath === '' ? [required(`${path}.mountPath`)] : []),
      ...repeated,
    ];
  });
}

/** `validateResourceRequirements`: a request is at most the limit, and nothing is negative. */
function resourceErrors(field: string, { requests = {}, limits = {} }: Resources = {}): FieldError[] {
  const each = (part: 'requests' | 'limits', amounts: Record<string, unknown>): FieldError[] =>
    Object.entries(amounts).flatMap(([name, amount]) => {
      const path = `${field}.${part}[${name}]`;
      const ofName = RESOURCE.test(name)
        ? []
        : name.includes('/')
          ? qualifiedName(name).map((problem) => invalid(path, name, problem))
          : [invalid(path, name, 'must be a standard resource for containers')];
      const negative =
        parseQuantity(amount) < 0 ? [invalid(path, String(amount), 'must be greater than or equal to 0')] : [];
      return [...ofName, ...negative];
    });
  const above = Object.entries(requests).flatMap(([name, amount]) => {
    const limit = limits[name];
    return limit !== undefined && parseQuantity(amount) > parseQuantity(limit)
      ? [
          invalid(
            `${field}.requests`,
            String(amount),
            `must be less than or equal to ${name} limit of ${String(limit)}`,
          ),
        ]
      : [];
  });
  return [...each('limits', limits), ...each('requests', requests), ...above];
}

function probeErrors(field: string, probe: Handler | undefined): FieldError[] {
  if (probe === undefined) return [];
  const { httpGet, tcpSocket, exec, grpc } = probe;
  const given = [httpGet, tcpSocket, exec, grpc].filter((each) => each !== undefined).length;
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
  return [
    ...(given === 0 ? [required(field, 'must specify a handler type')] : []),
    ...(httpGet ? portOrNameErrors(`${field}.httpGet.port`, httpGet.port) : []),
    ...(httpGet ? oneOf(`${field}.httpGet.scheme`, httpGet.scheme, ['HTTP', 'HTTPS']) : []),
    ...(tcpSocket ? portOrNameErrors(`${field}.tcpSocket.port`, tcpSocket.port) : []),
    ...(exec && (exec.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : []),
    ...numbers.flatMap((name) => nonNegative(`${field}.${name}`, probe[name])),
    ...(field.endsWith('livenessProbe') && ![undefined, 1].includes(probe['successThreshold'] as number | undefined)
      ? [invalid(`${field}.successThreshold`, probe['successThreshold'], 'must be 1')]
      : []),
  ];
}

/** `ValidatePortNumOrName`. */
export function portOrNameErrors(field: string, port: number | string = 0): FieldError[] {
  const problems = typeof port === 'number' ? portNumber(port) : portName(port);
  return problems.map((problem) => invalid(field, port, problem));
}

function securityErrors(field: string, context: SecurityContext = {}): FieldError[] {
  const { privileged, allowPrivilegeEscalation, runAsUser } = context;
  const contradicts = privileged === true && allowPrivilegeEscalation === false;
  return [
    ...(contradicts
      ? [invalid(field, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : []),
    ...seccompErrors(`${field}.seccompProfile`, context.seccompProfile),
    ...(runAsUser !== undefined && (runAsUser < 0 || runAsUser > 2 ** 31 - 1)
      ? [invalid(`${field}.runAsUser`, runAsUser, 'must be between 0 and 2147483647, inclusive')]
      : []),
  ];
}

export function seccompErrors(field: string, profile: SeccompProfile | undefined): FieldError[] {
  if (profile === undefined) return [];
  const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  if (profile.type === undefined) return [required(`${field}.type`, 'type is required when seccompProfile is set')];
  return types.includes(profile.type) ? [] : [unsupported(`${field}.type`, profile.type, types)];
}
