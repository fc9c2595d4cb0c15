import { addAddons, addCoreNode, addUserNodes, type ClusterFixture, openCluster, REGISTRY } from './cluster-fixture.ts';

/** Values of a hub with one profile, as an operator would write them; parts may be replaced. */
export const hubValues = (
  changes: { hub?: object; singleuser?: object; proxy?: object; custom?: object } = {},
): object => ({
  hub: {
    image: { name: `${REGISTRY}/sar-container/hub`, tag: 'abc1234' },
    db: { pvc: { storageClassName: 'gp3' } },
    config: { JupyterHub: { authenticator_class: 'null' } },
    services: { smoke: { display: false } },
    loadRoles: { smoke: { scopes: ['admin:users', 'admin:servers', 'read:hub'], services: ['smoke'] } },
    ...changes.hub,
  },
  proxy: { service: { type: 'NodePort', nodePorts: { http: 30052 } }, ...changes.proxy },
  singleuser: {
    storage: { dynamic: { storageClass: 'gp3', pvcNameTemplate: 'claim-{username}' } },
    profileList: [
      {
        display_name: 'SAR 1',
        default: true,
        kubespawner_override: {
          image: `${REGISTRY}/sar-container/sar:latest`,
          node_selector: { server_type: 'sar' },
          storage_capacity: '500Gi',
        },
      },
    ],
    ...changes.singleuser,
  },
  scheduling: { corePods: { nodeAffinity: { matchNodePurpose: 'require' } } },
  ...(changes.custom === undefined ? {} : { custom: changes.custom }),
});

export const STORAGE_CLASS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3' },
  provisioner: 'ebs.csi.aws.com',
  parameters: { type: 'gp3', encrypted: 'true' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** A cluster on which a hub can be installed: add-ons, nodes, images, storage class, autoscaler, chart repositories. */
export async function openHubCluster(): Promise<ClusterFixture> {
  const cluster = await openCluster();
  await addAddons(cluster);
  await addCoreNode(cluster);
  await addUserNodes(cluster, { server_type: 'sar' });
  cluster.pushImage('sar-container/hub', 'abc1234');
  cluster.pushImage('sar-container/sar', 'latest');
  await cluster.kubectl('apply', '-f', cluster.file('storage-class.yaml', STORAGE_CLASS));
  await cluster.helm('repo', 'add', 'jupyterhub', 'https://hub.jupyter.org/helm-chart/');
  await cluster.helm('repo', 'add', 'autoscaler', 'https://kubernetes.github.io/autoscaler');
  return cluster;
}

/** Installs the autoscaler with the role it needs. */
export async function installAutoscaler(cluster: ClusterFixture): Promise<void> {
  await cluster.account.create('AWS::EKS::PodIdentityAssociation', {
    ClusterName: 'sar-cluster',
    Namespace: 'autoscaler',
    ServiceAccount: 'cluster-autoscaler',
    RoleArn: 'arn:aws:iam::123456789012:role/autoscaler',
  });
  const values = {
    autoDiscovery: { clusterName: 'sar-cluster' },
    rbac: { serviceAccount: { name: 'cluster-autoscaler' } },
  };
  await cluster.helm(
    ...['upgrade', '--install', 'autoscaler', 'autoscaler/cluster-autoscaler', '--version', '9.59.0', '--wait'],
    ...['-n', 'autoscaler', '--create-namespace', '--values', cluster.file('autoscaler.yaml', values)],
  );
}

/** Installs the hub and waits for it; the answer is Helm's. */
export const installHub = (cluster: ClusterFixture, values: object = hubValues(), ...more: string[]) =>
  cluster.helm(
    ...['upgrade', '--install', 'jupyter', 'jupyterhub/jupyterhub', '--version', '4.4.0', '-n', 'jupyter'],
    ...['--create-namespace', '--values', cluster.file('values.yaml', values), '--wait', '--timeout', '10m', ...more],
  );
