import type { ParameterValue } from './stack.ts';
import type { Template, TemplateResource } from './template.ts';
import type { Versions } from './versions.ts';

/**
 * Parameters with the versions of those add-ons that `versions.yaml` leaves to EKS. EKS chooses a version when an add-on is
 * made and never again (Amazon EKS user guide, "Update an Amazon EKS add-on"), so an upgrade of Kubernetes has to name the
 * one that goes with it.
 */
export function addonParameters(versions: Versions): Record<string, ParameterValue> {
  const kubernetes = versions.kubernetes.version;
  const left = Object.keys(versions.addons).filter((addon) => pinnedVersion(addon, versions) === undefined);
  return Object.fromEntries(
    left.map((addon) => [parameterOf(addon), { first: { addon, kubernetes }, until: 'KubernetesVersion' }]),
  );
}

/** The cluster's template with a version for each add-on: the pinned one, or a parameter of {@link addonParameters}. */
export function withAddonVersions(template: Template, versions: Versions): Template {
  const parameters = Object.keys(addonParameters(versions)).map((name) => [
    name,
    { Type: 'String', Description: 'Version of the add-on.' },
  ]);
  const resources = Object.entries(template.Resources).map(([id, resource]) => [id, withVersion(resource, versions)]);
  return {
    ...template,
    Parameters: { ...template.Parameters, ...Object.fromEntries(parameters) },
    Resources: Object.fromEntries(resources) as Template['Resources'],
  };
}

function withVersion(resource: TemplateResource, versions: Versions): TemplateResource {
  if (resource.Type !== 'AWS::EKS::Addon') return resource;
  const addon = String(resource.Properties?.AddonName);
  if (!Object.hasOwn(versions.addons, addon)) return resource;
  const AddonVersion = pinnedVersion(addon, versions) ?? { Ref: parameterOf(addon) };
  return { ...resource, Properties: { ...resource.Properties, AddonVersion } };
}

/** Undefined for `default`. */
function pinnedVersion(addon: string, { addons }: Versions): string | undefined {
  const version = addons[addon]?.version;
  return version === 'default' ? undefined : version;
}

/** `vpc-cni` is `VpcCniVersion`. */
function parameterOf(addon: string): string {
  const words = addon.split(/[^A-Za-z0-9]+/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Version`;
}
