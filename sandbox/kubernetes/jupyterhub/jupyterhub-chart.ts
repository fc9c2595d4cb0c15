import { createHash, randomBytes } from 'node:crypto';
import { dump } from 'js-yaml';
import { ApiError } from '../api-error.ts';
import { findObject, type NewObject } from '../cluster-state.ts';
import type { Chart, RenderContext, Rendered } from '../helm/chart.ts';
import type { Values } from '../helm/release.ts';
import { jupyterhubChartData } from './chart-data.ts';
import { unknownScopes } from './hub-scopes.ts';
import { hubRoles, hubServices, hubStartFailure, imageOf, list, record, valueAt } from './hub-values.ts';
import { nodePurpose } from './spawner.ts';

/**
 * The objects of the chart that decide something here. Left out are the image pullers, user placeholders, autohttps and
 * the ingress.
 */
function render(context: RenderContext): Rendered {
  const { values } = context;
  if (values['fullnameOverride'] !== '') {
    throw new ApiError('NotImplemented', 'The sandbox imitates the chart with fullnameOverride: "" only.');
  }
  const failure = hubStartFailure(values, unknownScopes(hubRoles(values).flatMap(({ scopes }) => scopes)));
  return {
    objects: [
      ...identities(context),
      hubSecret(context),
      ...databaseClaim(context),
      ...services(context),
      ...deployments(context),
    ],
    startupChecks: { hub: () => failure },
  };
}

const labels = ({ releaseName }: RenderContext, component: string): Record<string, string> => ({
  app: 'jupyterhub',
  component,
  release: releaseName,
  'app.kubernetes.io/name': 'jupyterhub',
  'app.kubernetes.io/instance': releaseName,
  'app.kubernetes.io/component': component,
});

const metadata = (context: RenderContext, name: string, component: string): NewObject['metadata'] => ({
  name,
  namespace: context.namespace,
  labels: labels(context, component),
});

function identities(context: RenderContext): NewObject[] {
  const rbac = 'rbac.authorization.k8s.io/v1';
  const annotations = record(valueAt(context.values, 'hub', 'serviceAccount', 'annotations')) as Record<string, string>;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata(context, 'hub', 'hub'), annotations } },
    { apiVersion: rbac, kind: 'Role', metadata: metadata(context, 'hub', 'hub'), rules: [] },
    {
      ...{ apiVersion: rbac, kind: 'RoleBinding', metadata: metadata(context, 'hub', 'hub') },
      roleRef: { kind: 'Role', name: 'hub', apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ kind: 'ServiceAccount', name: 'hub', namespace: context.namespace }],
    },
    ...['hub', 'proxy', 'singleuser'].map((name) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: metadata(context, name, name),
      spec: { podSelector: { matchLabels: labels(context, name) } },
    })),
  ];
}

/** Tokens and keys are made once and kept over upgrades; so does the chart by looking them up. */
function hubSecret(context: RenderContext): NewObject {
  const { values, cluster, namespace } = context;
  const previous = (findObject(cluster, 'Secret', namespace, 'hub')?.['data'] ?? {}) as Record<string, string>;
  const kept = (key: string, given: unknown): string => {
    if (given !== undefined && given !== null && given !== '') return String(given);
    const old = previous[key];
    return old === undefined ? randomBytes(32).toString('hex') : Buffer.from(old, 'base64').toString();
  };
  const files = Object.entries(record(valueAt(values, 'hub', 'extraFiles'))).flatMap(([key, file]) => {
    const { stringData } = record(file);
    return stringData === undefined ? [] : [[`extraFile.${key}`, String(stringData)]];
  });
  const tokens = hubServices(values).map(({ name, apiToken }) => {
    const key = `hub.services.${name}.apiToken`;
    return [key, kept(key, apiToken)];
  });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(context, 'hub', 'hub'),
    stringData: {
      'values.yaml': dump(values),
      'hub.config.ConfigurableHTTPProxy.auth_token': kept(
        'hub.config.ConfigurableHTTPProxy.auth_token',
        valueAt(values, 'proxy', 'secretToken'),
      ),
      'hub.config.JupyterHub.cookie_secret': kept(
        'hub.config.JupyterHub.cookie_secret',
        valueAt(values, 'hub', 'cookieSecret'),
      ),
      'hub.config.CryptKeeper.keys': kept('hub.config.CryptKeeper.keys', undefined),
      ...Object.fromEntries(tokens),
      ...Object.fromEntries(files),
    },
  };
}

function databaseClaim(context: RenderContext): NewObject[] {
  if (valueAt(context.values, 'hub', 'db', 'type') !== 'sqlite-pvc') return [];
  const { accessModes, storage, storageClassName, annotations } = record(valueAt(context.values, 'hub', 'db', 'pvc'));
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        ...metadata(context, 'hub-db-dir', 'hub'),
        annotations: record(annotations) as Record<string, string>,
      },
      spec: {
        accessModes,
        ...(storageClassName ? { storageClassName } : {}),
        resources: { requests: { storage } },
      },
    },
  ];
}

function services(context: RenderContext): NewObject[] {
  const { values } = context;
  const service = record(valueAt(values, 'proxy', 'service'));
  const nodePort = record(service['nodePorts'])['http'];
  const port = { name: 'http', port: 80, targetPort: 'http', ...(nodePort ? { nodePort: Number(nodePort) } : {}) };
  const selector = (component: string): object => ({ app: 'jupyterhub', component, release: context.releaseName });
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(context, 'hub', 'hub'),
      spec: { selector: selector('hub'), ports: [{ name: 'hub', port: 8081 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(context, 'proxy-api', 'proxy-api'),
      spec: { selector: selector('proxy'), ports: [{ port: 8001 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...metadata(context, 'proxy-public', 'proxy-public'),
        annotations: record(service['annotations']) as Record<string, string>,
      },
      spec: { type: service['type'], selector: selector('proxy'), ports: [port] },
    },
  ];
}

/** A pod with other values is another template: the chart writes checksums of its configuration into it. */
const checksum = (values: Values): string => createHash('sha256').update(JSON.stringify(values)).digest('hex');

function deployments(context: RenderContext): NewObject[] {
  const { values } = context;
  const hasClaim = valueAt(values, 'hub', 'db', 'type') === 'sqlite-pvc';
  const scheduler = record(valueAt(values, 'scheduling', 'userScheduler'));
  const hub = deployment(context, 'hub', record(values['hub']), {
    image: imageOf(values, 'hub', 'image'),
    annotations: { 'checksum/secret': checksum(values) },
    volumes: hasClaim ? [{ name: 'pvc', persistentVolumeClaim: { claimName: 'hub-db-dir' } }] : [],
  });
  const proxy = deployment(context, 'proxy', record(valueAt(values, 'proxy', 'chp')), {
    image: imageOf(values, 'proxy', 'chp', 'image'),
  });
  if (scheduler['enabled'] !== true) return [hub, proxy];
  const replicas = Number(scheduler['replicas'] ?? 2);
  return [
    hub,
    proxy,
    deployment(context, 'user-scheduler', scheduler, { image: imageOf(scheduler, 'image'), replicas }),
  ];
}

type Program = { image: string; replicas?: number; annotations?: Record<string, string>; volumes?: object[] };

function deployment(context: RenderContext, name: string, settings: Values, program: Program): NewObject {
  const core = record(valueAt(context.values, 'scheduling', 'corePods'));
  const purpose = valueAt(core, 'nodeAffinity', 'matchNodePurpose');
  const own = labels(context, name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(context, name, name),
    spec: {
      replicas: program.replicas ?? 1,
      selector: { matchLabels: own },
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels: own, annotations: program.annotations ?? {} },
        spec: {
          serviceAccountName: name,
          nodeSelector: record(settings['nodeSelector']),
          tolerations: [...list(core['tolerations']), ...list(settings['tolerations'])],
          ...(purpose === 'require' ? { affinity: nodePurpose('core') } : {}),
          containers: [{ name, image: program.image, resources: record(settings['resources']) }],
          volumes: program.volumes ?? [],
        },
      },
    },
  };
}

/** `jupyterhub` of zero-to-jupyterhub-k8s, version 4.4.0. */
export const jupyterhubChart: Chart = {
  name: 'jupyterhub',
  repository: 'https://hub.jupyter.org/helm-chart',
  latestVersion: '4.4.0',
  hasVersion: (version) => version === '4.4.0',
  appVersion: () => jupyterhubChartData().data.appVersion,
  defaults: () => structuredClone(jupyterhubChartData().data.defaults),
  violations: (values) => jupyterhubChartData().violations(values),
  render,
};
