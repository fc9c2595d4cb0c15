/** An object that the API server refuses: what was changed in a sound one, and the field that the refusal has to name. */
export type BrokenManifest = {
  title: string;
  field: string;
  /** A part of the server's words. */
  says: string;
  manifest: Record<string, unknown>;
  /** A sound object of the same name that is there already. */
  before?: Record<string, unknown>;
};

/** New values by path; undefined takes a field away. */
type Changes = Readonly<Record<string, unknown>>;

const broken = (title: string, sound: () => object, changes: Changes, field: string, says: string): BrokenManifest => {
  const manifest = { ...sound() };
  for (const [path, value] of Object.entries(changes)) change(manifest, path, value);
  return { title, field, says, manifest };
};

const changed = (
  title: string,
  sound: () => object,
  changes: Changes,
  field: string,
  says: string,
): BrokenManifest => ({ ...broken(title, sound, changes, field, says), before: { ...sound() } });

function change(object: object, path: string, value: unknown): void {
  const keys = path.split(/\.|\[([^\]]+)\]\.?/).filter((key) => key);
  const last = keys.pop() ?? '';
  const holder = keys.reduce<object>((inside, key) => Reflect.get(inside, key) as object, object);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
}

export const soundDeployment = (): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'public.ecr.aws/nginx/nginx:stable',
            ports: [{ name: 'http', containerPort: 8080 }],
            env: [{ name: 'MODE', value: 'quiet' }],
            readinessProbe: { httpGet: { path: '/health', port: 'http' } },
            resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        // Without a source it is an empty folder (pkg/apis/core/v1/defaults.go, `SetDefaults_Volume`).
        volumes: [{ name: 'data', emptyDir: {} }, { name: 'scratch' }],
        tolerations: [{ key: 'hub', operator: 'Equal', value: 'x', effect: 'NoSchedule' }],
      },
    },
  },
});
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;

export const soundService = (): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

export const soundClaim = (): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'home' },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gp3', resources: { requests: { storage: '5Gi' } } },
});

const soundClass = (): object => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3' },
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
});

const soundPolicy = (): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'web' },
  spec: {
    podSelector: { matchLabels: { app: 'web' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] }],
    egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }],
  },
});

const soundBinding = (): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'web' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'web' },
  subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'default' }],
});

const soundCronJob = (): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox' }] } } },
    },
  },
});

const soundSecret = (): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'token' },
  data: { token: 'YWJj' },
});

export const soundObjects = [
  soundDeployment,
  soundService,
  soundClaim,
  soundClass,
  soundPolicy,
  soundBinding,
  soundCronJob,
  soundSecret,
];

/** Mistakes that are easily made, each in an object that is sound but for it. */
export const brokenManifests: readonly BrokenManifest[] = [
  broken(
    'a misspelt field',
    soundDeployment,
    { 'spec.template.spec.contaners': [] },
    `${POD}.contaners`,
    'strict decoding error: unknown field "spec.template.spec.contaners"',
  ),
  broken(
    'a misspelt field of a list entry',
    soundDeployment,
    { 'spec.template.spec.containers[0].prots': [] },
    `${CONTAINER}.prots`,
    'unknown field',
  ),
  broken(
    'a field of the pod at the deployment',
    soundDeployment,
    { 'spec.containers': [] },
    'spec.containers',
    'unknown field "spec.containers"',
  ),
  broken(
    'text where a number belongs',
    soundDeployment,
    { 'spec.replicas': '1' },
    'spec.replicas',
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ),
  broken(
    'a fraction where a whole number belongs',
    soundDeployment,
    { 'spec.replicas': 1.5 },
    'spec.replicas',
    'cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
  ),
  broken(
    'a number where text belongs',
    soundDeployment,
    { 'spec.template.spec.containers[0].env[0].value': 1 },
    `${CONTAINER}.env[0].value`,
    'cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
  ),
  broken(
    'a boolean as a label',
    soundDeployment,
    { 'spec.template.spec.nodeSelector': { spot: true } },
    `${POD}.nodeSelector[spot]`,
    'cannot unmarshal bool into Go struct field PodSpec.spec.template.spec.nodeSelector of type string',
  ),
  broken(
    'an object where a list belongs',
    soundDeployment,
    { 'spec.template.spec.containers': { web: {} } },
    `${POD}.containers`,
    'cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
  ),
  broken(
    'a unit that is none',
    soundDeployment,
    { 'spec.template.spec.containers[0].resources.limits.memory': '256MiB' },
    `${CONTAINER}.resources.limits[memory]`,
    'quantities must match the regular expression',
  ),
  broken(
    'a unit in the wrong case',
    soundDeployment,
    { 'spec.template.spec.containers[0].resources.requests.memory': '64KM' },
    `${CONTAINER}.resources.requests[memory]`,
    "unable to parse quantity's suffix",
  ),
  broken(
    'a request above its limit',
    soundDeployment,
    { 'spec.template.spec.containers[0].resources.requests.memory': '1Gi' },
    `${CONTAINER}.resources.requests`,
    'must be less than or equal to memory limit of 256Mi',
  ),
  broken(
    'a resource that there is not',
    soundDeployment,
    { 'spec.template.spec.containers[0].resources.requests.ram': '1Gi' },
    `${CONTAINER}.resources.requests[ram]`,
    'must be a standard resource for containers',
  ),
  broken(
    'another label than the selector asks for',
    soundDeployment,
    { 'spec.template.metadata.labels.app': 'website' },
    'spec.template.metadata.labels',
    '`selector` does not match template `labels`',
  ),
  broken('no selector', soundDeployment, { 'spec.selector': undefined }, 'spec.selector', 'Required value'),
  broken(
    'an empty selector',
    soundDeployment,
    { 'spec.selector': {} },
    'spec.selector',
    'empty selector is invalid for deployment',
  ),
  broken(
    'no container',
    soundDeployment,
    { 'spec.template.spec.containers': [] },
    `${POD}.containers`,
    'Required value',
  ),
  broken(
    'two containers of one name',
    soundDeployment,
    { 'spec.template.spec.containers[1]': { name: 'web', image: 'busybox' } },
    `${POD}.containers[1].name`,
    'Duplicate value: "web"',
  ),
  broken(
    'a container without image',
    soundDeployment,
    { 'spec.template.spec.containers[0].image': undefined },
    `${CONTAINER}.image`,
    'Required value',
  ),
  broken(
    'a container with a name in capitals',
    soundDeployment,
    { 'spec.template.spec.containers[0].name': 'Web' },
    `${CONTAINER}.name`,
    'a lowercase RFC 1123 label must consist of',
  ),
  broken(
    'a container port above 65535',
    soundDeployment,
    { 'spec.template.spec.containers[0].ports[0].containerPort': 80_800 },
    `${CONTAINER}.ports[0].containerPort`,
    'Invalid value: 80800: must be between 1 and 65535, inclusive',
  ),
  broken(
    'a port name that is too long',
    soundDeployment,
    { 'spec.template.spec.containers[0].ports[0].name': 'notifications-http' },
    `${CONTAINER}.ports[0].name`,
    'must be no more than 15 characters',
  ),
  broken(
    'a probe that does nothing',
    soundDeployment,
    { 'spec.template.spec.containers[0].readinessProbe': { periodSeconds: 5 } },
    `${CONTAINER}.readinessProbe`,
    'must specify a handler type',
  ),
  broken(
    'a mount of a volume that there is not',
    soundDeployment,
    { 'spec.template.spec.containers[0].volumeMounts[0].name': 'date' },
    `${CONTAINER}.volumeMounts[0].name`,
    'Not found: "date"',
  ),
  broken(
    'a volume with two sources',
    soundDeployment,
    { 'spec.template.spec.volumes[0].configMap': { name: 'web' } },
    `${POD}.volumes[0].configMap`,
    'may not specify more than 1 volume type',
  ),
  broken(
    'a policy for restarts that a deployment cannot have',
    soundDeployment,
    { 'spec.template.spec.restartPolicy': 'Never' },
    `${POD}.restartPolicy`,
    'Unsupported value: "Never": supported values: "Always"',
  ),
  broken(
    'an unknown effect of a toleration',
    soundDeployment,
    { 'spec.template.spec.tolerations[0].effect': 'NoScheduling' },
    `${POD}.tolerations[0].effect`,
    'Unsupported value: "NoScheduling"',
  ),
  broken(
    'a value beside Exists',
    soundDeployment,
    { 'spec.template.spec.tolerations[0].operator': 'Exists' },
    `${POD}.tolerations[0].operator`,
    "value must be empty when `operator` is 'Exists'",
  ),
  broken(
    'an unknown seccomp profile',
    soundDeployment,
    { 'spec.template.spec.containers[0].securityContext': { seccompProfile: { type: 'runtime/default' } } },
    `${CONTAINER}.securityContext.seccompProfile.type`,
    'Unsupported value',
  ),
  broken(
    'a label value with a space',
    soundDeployment,
    { 'metadata.labels.app': 'my web' },
    'metadata.labels',
    'a valid label must be an empty string or consist of',
  ),
  broken(
    'a label key with two slashes',
    soundDeployment,
    { 'metadata.labels[a/b/c]': 'x' },
    'metadata.labels',
    "with an optional DNS subdomain prefix and '/'",
  ),
  broken(
    'a name in capitals',
    soundDeployment,
    { 'metadata.name': 'Web' },
    'metadata.name',
    'a lowercase RFC 1123 subdomain must consist of',
  ),
  broken(
    'replicas below none',
    soundDeployment,
    { 'spec.replicas': -1 },
    'spec.replicas',
    'must be greater than or equal to 0',
  ),
  broken(
    'an unknown strategy',
    soundDeployment,
    { 'spec.strategy': { type: 'Recreated' } },
    'spec.strategy',
    'supported values: "Recreate", "RollingUpdate"',
  ),
  changed(
    'another selector than before',
    soundDeployment,
    { 'spec.selector.matchLabels': { app: 'site' }, 'spec.template.metadata.labels': { app: 'site' } },
    'spec.selector',
    'field is immutable',
  ),
  broken(
    'a port of 800000',
    soundService,
    { 'spec.ports[0].port': 800_000 },
    'spec.ports[0].port',
    'Invalid value: 800000: must be between 1 and 65535, inclusive',
  ),
  broken('a service without ports', soundService, { 'spec.ports': [] }, 'spec.ports', 'Required value'),
  broken(
    'two ports without names',
    soundService,
    { 'spec.ports': [{ port: 80 }, { port: 81 }] },
    'spec.ports[0].name',
    'Required value',
  ),
  broken(
    'an unknown type of service',
    soundService,
    { 'spec.type': 'Loadbalancer' },
    'spec.type',
    'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ),
  broken(
    'a node port outside of the range',
    soundService,
    { 'spec.type': 'NodePort', 'spec.ports[0].nodePort': 80 },
    'spec.ports[0].nodePort',
    'The range of valid ports is 30000-32767',
  ),
  broken(
    'a service with a dot in its name',
    soundService,
    { 'metadata.name': 'web.site' },
    'metadata.name',
    'must not contain dots',
  ),
  broken(
    'an unknown protocol',
    soundPolicy,
    { 'spec.ingress[0].ports[0].protocol': 'HTTP' },
    'spec.ingress[0].ports[0].protocol',
    'supported values: "TCP", "UDP", "SCTP"',
  ),
  broken(
    'an empty peer',
    soundPolicy,
    { 'spec.ingress[0].from[0]': {} },
    'spec.ingress[0].from[0]',
    'must specify a peer',
  ),
  broken(
    'an address without its network',
    soundPolicy,
    { 'spec.egress[0].to[0].ipBlock.cidr': '10.0.0.1' },
    'spec.egress[0].to[0].ipBlock.cidr',
    'must be a valid CIDR value',
  ),
  broken(
    'an exception outside of its block',
    soundPolicy,
    { 'spec.egress[0].to[0].ipBlock': { cidr: '10.0.0.0/16', except: ['192.168.0.0/24'] } },
    'spec.egress[0].to[0].ipBlock.except[0]',
    'must be a strict subset of `cidr`',
  ),
  broken(
    'a misspelt direction',
    soundPolicy,
    { 'spec.policyTypes': ['ingress'] },
    'spec.policyTypes[0]',
    'supported values: "Ingress", "Egress"',
  ),
  broken(
    'a claim without size',
    soundClaim,
    { 'spec.resources': undefined },
    'spec.resources[storage]',
    'Required value',
  ),
  broken(
    'an unknown access mode',
    soundClaim,
    { 'spec.accessModes': ['RWO'] },
    'spec.accessModes',
    'Unsupported value: "RWO"',
  ),
  changed(
    'another class for a claim',
    soundClaim,
    { 'spec.storageClassName': 'gp2' },
    'spec',
    'spec is immutable after creation',
  ),
  changed(
    'a smaller claim, which no volume is bound to',
    soundClaim,
    { 'spec.resources.requests.storage': '1Gi' },
    'spec',
    'except resources.requests and volumeAttributesClassName for bound claims',
  ),
  changed(
    'a larger claim, which no volume is bound to',
    soundClaim,
    { 'spec.resources.requests.storage': '9Gi' },
    'spec',
    'except resources.requests and volumeAttributesClassName for bound claims',
  ),
  broken(
    'a boolean parameter of a class',
    soundClass,
    { 'parameters.encrypted': true },
    'parameters[encrypted]',
    'cannot unmarshal bool into Go struct field StorageClass.parameters of type string',
  ),
  broken(
    'an unknown way to bind',
    soundClass,
    { volumeBindingMode: 'WaitForConsumer' },
    'volumeBindingMode',
    'supported values: "Immediate", "WaitForFirstConsumer"',
  ),
  changed('other parameters of a class', soundClass, { 'parameters.type': 'io2' }, 'parameters', 'field is immutable'),
  broken('a binding without role', soundBinding, { roleRef: undefined }, 'roleRef.name', 'Required value'),
  broken(
    'an unknown kind of subject',
    soundBinding,
    { 'subjects[0].kind': 'serviceaccount' },
    'subjects[0].kind',
    'Unsupported value: "serviceaccount"',
  ),
  changed('another role of a binding', soundBinding, { 'roleRef.name': 'other' }, 'roleRef', 'cannot change roleRef'),
  broken(
    'a schedule of six fields',
    soundCronJob,
    { 'spec.schedule': '0 0 3 * * *' },
    'spec.schedule',
    'expected exactly 5 fields, found 6',
  ),
  broken(
    'a job that always restarts',
    soundCronJob,
    { 'spec.jobTemplate.spec.template.spec.restartPolicy': 'Always' },
    'spec.jobTemplate.spec.template.spec.restartPolicy',
    'Required value: valid values: "OnFailure", "Never"',
  ),
  broken(
    'a job with an unknown policy for restarts',
    soundCronJob,
    { 'spec.jobTemplate.spec.template.spec.restartPolicy': 'Sometimes' },
    'spec.jobTemplate.spec.template.spec.restartPolicy',
    'Unsupported value: "Sometimes"',
  ),
  broken(
    'a secret in plain text',
    soundSecret,
    { 'data.token': 'not base64!' },
    'data[token]',
    'illegal base64 data at input byte 3',
  ),
  broken('a key with a slash', soundSecret, { 'data[a/b]': 'YWJj' }, 'data[a/b]', 'a valid config key must consist of'),
];
