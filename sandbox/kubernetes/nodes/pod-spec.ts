import { parseQuantity } from '../quantity.ts';
import type { NodeTaint } from './node-config.ts';

/** The parts of a pod's specification that decide where it runs and whether it starts. */
export type PodSpec = {
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms?: { matchExpressions?: MatchExpression[] }[];
      };
    };
  };
  containers?: {
    name?: string;
    image?: string;
    command?: string[];
    env?: { name: string; value: string }[];
    resources?: { requests?: Record<string, unknown> };
  }[];
  volumes?: { name?: string; persistentVolumeClaim?: { claimName?: string } }[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
};
export type Toleration = { key?: string; operator?: string; value?: string; effect?: string };
export type MatchExpression = { key: string; operator: string; values?: string[] };

/** Names of the claims a pod mounts. */
export const claimNames = (spec: PodSpec): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

/** What a pod asks for in all: virtual CPUs and bytes. */
export function requestsOf(spec: PodSpec): { virtualCpus: number; memoryBytes: number } {
  const requests = (spec.containers ?? []).map((container) => container.resources?.requests ?? {});
  const sum = (name: string): number => requests.reduce((total, each) => total + parseQuantity(each[name] ?? 0), 0);
  return { virtualCpus: sum('cpu'), memoryBytes: sum('memory') };
}

/** Whether a node's labels are what the pod selects (kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node). */
export function selects(spec: PodSpec, labels: Readonly<Record<string, string>>): boolean {
  const selected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!selected || required === undefined) return selected;
  return required.some(({ matchExpressions }) => (matchExpressions ?? []).every((each) => matches(each, labels)));
}

function matches({ key, operator, values = [] }: MatchExpression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** The first taint that keeps the pod away (kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration). */
export function untolerated(spec: PodSpec, taints: readonly NodeTaint[]): NodeTaint | undefined {
  return taints
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .find((taint) => !(spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)));
}

function tolerates(toleration: Toleration, taint: NodeTaint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  if (toleration.operator === 'Exists') return toleration.key === undefined || toleration.key === taint.key;
  return toleration.key === taint.key && (toleration.value ?? '') === taint.value;
}
