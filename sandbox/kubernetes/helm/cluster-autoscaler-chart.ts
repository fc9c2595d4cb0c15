import type { NewObject } from '../cluster-state.ts';
import type { PodSpec } from '../nodes/pod-spec.ts';
import { hasPodIdentity } from '../storage/claims.ts';
import type { Chart, RenderContext, Rendered } from './chart.ts';
import type { Values } from './release.ts';

const record = (value: unknown): Values => (typeof value === 'object' && value !== null ? (value as Values) : {});

/** Keys of this chart that decide something here; all others are taken as they are, the chart has no schema. */
const defaults = (): Values => ({
  autoDiscovery: {
    clusterName: null,
    tags: ['k8s.io/cluster-autoscaler/enabled', 'k8s.io/cluster-autoscaler/{{ .Values.autoDiscovery.clusterName }}'],
  },
  cloudProvider: 'aws',
  awsRegion: 'us-east-1',
  extraArgs: {},
  image: { repository: 'registry.k8s.io/autoscaling/cluster-autoscaler', tag: 'v1.35.0' },
  nodeSelector: {},
  tolerations: [],
  replicaCount: 1,
  rbac: { create: true, serviceAccount: { create: true, name: '', annotations: {} } },
});

function render(context: RenderContext): Rendered {
  const { releaseName, namespace, values, world, cluster } = context;
  const name = `${releaseName}-aws-cluster-autoscaler`;
  const labels = {
    'app.kubernetes.io/name': 'aws-cluster-autoscaler',
    'app.kubernetes.io/instance': releaseName,
    'app.kubernetes.io/managed-by': 'Helm',
  };
  const account = record(record(values['rbac'])['serviceAccount']);
  const accountName = String(account['name'] || name);
  const annotations = record(account['annotations']) as Record<string, string>;
  const inNamespace = { namespace, labels };
  const rbac = 'rbac.authorization.k8s.io/v1';
  const port = { selector: labels, ports: [{ port: 8085 }] };
  const hasRole = (): boolean =>
    annotations['eks.amazonaws.com/role-arn'] !== undefined ||
    hasPodIdentity(world, cluster.eks, namespace, accountName);
  return {
    objects: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...inNamespace, name: accountName, annotations } },
      { apiVersion: rbac, kind: 'ClusterRole', metadata: { name, labels }, rules: [] },
      {
        ...{ apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name, labels } },
        roleRef: { kind: 'ClusterRole', name, apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ kind: 'ServiceAccount', name: accountName, namespace }],
      },
      { apiVersion: 'v1', kind: 'Service', metadata: { ...inNamespace, name }, spec: port },
      deployment(values, { ...inNamespace, name }, accountName),
    ],
    startupChecks: {
      [name]: () =>
        hasRole()
          ? undefined
          : `Failed to create AWS Manager: no EC2 credentials for service account ${namespace}/${accountName}`,
    },
  };
}

function deployment(
  values: Values,
  metadata: { name: string; namespace: string; labels: Record<string, string> },
  serviceAccountName: string,
): NewObject {
  const { labels } = metadata;
  const image = record(values['image']);
  const spec: PodSpec = {
    serviceAccountName,
    nodeSelector: record(values['nodeSelector']) as Record<string, string>,
    tolerations: (values['tolerations'] ?? []) as NonNullable<PodSpec['tolerations']>,
    containers: [
      {
        name: 'aws-cluster-autoscaler',
        image: `${String(image['repository'])}:${String(image['tag'])}`,
        command: commandOf(values),
      },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: Number(values['replicaCount'] ?? 1),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

/** The options that tell the autoscaler which groups are its own; without a cluster name it finds none. */
function commandOf(values: Values): string[] {
  const discovery = record(values['autoDiscovery']);
  const clusterName = discovery['clusterName'];
  const tags = Array.isArray(discovery['tags']) ? discovery['tags'].map(String) : [];
  const filled = tags.map((tag) => tag.replace('{{ .Values.autoDiscovery.clusterName }}', String(clusterName)));
  const wanted = clusterName ? [`--node-group-auto-discovery=asg:tag=${filled.join(',')}`] : [];
  return ['./cluster-autoscaler', '--cloud-provider=aws', `--namespace=kube-system`, ...wanted];
}

/** `cluster-autoscaler` of kubernetes/autoscaler, charts/cluster-autoscaler. */
export const clusterAutoscalerChart: Chart = {
  name: 'cluster-autoscaler',
  repository: 'https://kubernetes.github.io/autoscaler',
  latestVersion: '9.59.0',
  hasVersion: (version) => /^9\.\d+\.\d+$/.test(version),
  appVersion: () => '1.35.0',
  defaults,
  violations: () => [],
  render,
};
