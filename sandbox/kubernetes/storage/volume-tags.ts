import { parseConfiguration } from '../../aws/services/eks/addons.ts';
import type { Cluster } from '../../aws/services/eks/eks-state.ts';

/** What a volume is made for. */
export type VolumeOwner = { claimName: string; namespace: string; volumeName: string };

/**
 * Tags the EBS CSI driver puts on a volume (kubernetes-sigs/aws-ebs-csi-driver, docs/tagging.md): its own, those of the
 * cluster (the add-on sets the cluster's name), what the volume is for, the add-on's `controller.extraVolumeTags`, and
 * `tagSpecification_N` of the storage class. Later ones win.
 */
export function volumeTags(
  cluster: Cluster,
  owner: VolumeOwner,
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
    KubernetesCluster: cluster.name,
    Name: `${cluster.name}-dynamic-${owner.volumeName}`,
    'ebs.csi.aws.com/cluster': 'true',
    'ebs.csi.aws.com/cluster-name': cluster.name,
    CSIVolumeName: owner.volumeName,
    'kubernetes.io/created-for/pvc/name': owner.claimName,
    'kubernetes.io/created-for/pvc/namespace': owner.namespace,
    'kubernetes.io/created-for/pv/name': owner.volumeName,
    ...extraVolumeTags(cluster),
    ...tagSpecifications(parameters, owner),
  };
}

function extraVolumeTags(cluster: Cluster): Record<string, string> {
  const configuration = parseConfiguration(cluster.addons.get('aws-ebs-csi-driver')?.configurationValues);
  const controller = configuration['controller'] as { extraVolumeTags?: Record<string, unknown> } | undefined;
  return Object.fromEntries(
    Object.entries(controller?.extraVolumeTags ?? {}).map(([key, value]) => [key, String(value)]),
  );
}

/** `tagSpecification_1: "key=value"`, where the value may use `{{ .PVCName }}`, `{{ .PVCNamespace }}`, `{{ .PVName }}`. */
function tagSpecifications(parameters: Readonly<Record<string, string>>, owner: VolumeOwner): Record<string, string> {
  const names: Record<string, string> = {
    PVCName: owner.claimName,
    PVCNamespace: owner.namespace,
    PVName: owner.volumeName,
  };
  const specifications = Object.entries(parameters).filter(([name]) => /^tagSpecification_\d+$/i.test(name));
  return Object.fromEntries(
    specifications.map(([, text]) => {
      const equals = text.indexOf('=');
      const value = text
        .slice(equals + 1)
        .replace(/\{\{\s*\.(\w+)\s*\}\}/g, (whole, name: string) => names[name] ?? whole);
      return [text.slice(0, equals), value];
    }),
  );
}
