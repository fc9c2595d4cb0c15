import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { findById, MISSING } from './describe-page.ts';
import type { LaunchTemplate, LaunchTemplateVersion } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';

/**
 * The template and version that a group or node group names by `LaunchTemplateId` or `LaunchTemplateName`, and
 * `Version`: a number, `$Latest` or `$Default` (API_LaunchTemplateSpecification.html).
 * @throws AwsError InvalidLaunchTemplateId.NotFound and relatives
 */
export function findTemplateVersion(
  world: AwsWorld,
  region: string,
  reference: { id: string | undefined; name: string | undefined; version: string | undefined },
): { template: LaunchTemplate; version: LaunchTemplateVersion } {
  const templates = ec2State(world, region)['launch-template'];
  const template =
    reference.name === undefined
      ? findById(templates, reference.id, MISSING['launch-template'])
      : [...templates.values()].find(({ name }) => name === reference.name);
  if (!template) {
    throw new AwsError(
      'InvalidLaunchTemplateName.NotFoundException',
      'At least one of the launch templates specified in the request does not exist.',
    );
  }
  const wanted = reference.version ?? '$Default';
  const number =
    wanted === '$Latest' ? template.versions.length : wanted === '$Default' ? template.defaultVersion : Number(wanted);
  const version = template.versions.find((each) => each.number === number);
  if (!version) {
    throw new AwsError(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find launch template version ${wanted} of ${template.id}.`,
    );
  }
  return { template, version };
}
