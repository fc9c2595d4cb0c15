import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { findById, MISSING } from './describe-page.ts';
import type { LaunchTemplate, LaunchTemplateVersion } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { findInstanceType } from './instance-types.ts';
import { optionalRecord, optionalText, recordList } from './property-values.ts';
import { newId } from './resource-id.ts';

function createTemplate(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const templates = ec2State(world, region)['launch-template'];
  const name = optionalText(properties, 'LaunchTemplateName') ?? request.generateName({ maxLength: 128 });
  // API_CreateLaunchTemplate.html: 3 to 128 of these characters.
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
    throw new AwsError(
      'InvalidLaunchTemplateName.MalformedException',
      `The specified launch template name, ${name}, is not valid.`,
    );
  }
  if ([...templates.values()].some((other) => other.name === name)) {
    throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
  }
  const template: LaunchTemplate = {
    id: newId('lt'),
    createdAt: world.clock.now(),
    tags: tagsOf(request),
    name,
    versions: [makeVersion(request, 1)],
    defaultVersion: 1,
  };
  templates.set(template.id, template);
  return templateState(template);
}

/** A change of the data makes a new version; the default version stays the first (AWS::EC2::LaunchTemplate). */
function updateTemplate(request: UpdateRequest): ResourceState {
  const templates = ec2State(request.world, request.region)['launch-template'];
  const template = findById(templates, request.physicalId, MISSING['launch-template']);
  const changed =
    JSON.stringify(request.properties['LaunchTemplateData']) !==
    JSON.stringify(request.previousProperties['LaunchTemplateData']);
  if (changed) template.versions.push(makeVersion(request, template.versions.length + 1));
  template.tags = tagsOf(request);
  return templateState(template);
}

function makeVersion(request: CreateRequest | UpdateRequest, number: number): LaunchTemplateVersion {
  const data = optionalRecord(request.properties, 'LaunchTemplateData');
  checkData(data);
  return {
    number,
    description: optionalText(request.properties, 'VersionDescription'),
    data,
    createdAt: request.world.clock.now(),
  };
}

/** CreateLaunchTemplateVersion checks little, but user data must be base64 (API_RequestLaunchTemplateData.html). */
function checkData(data: Record<string, unknown>): void {
  const userData = optionalText(data, 'UserData');
  if (userData !== undefined && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(userData)) {
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  const type = optionalText(data, 'InstanceType');
  if (type !== undefined && !findInstanceType(type)) {
    throw new AwsError('InvalidParameterValue', `The following supplied instance types do not exist: [${type}]`);
  }
}

/**
 * Tags of the template itself stand under `TagSpecifications` with the type `launch-template`. Those of the stack do not
 * reach it (schema of AWS::EC2::LaunchTemplate, `"tagging": {"taggable": false}`).
 */
function tagsOf({ properties }: CreateRequest | UpdateRequest): Record<string, string> {
  const own = recordList(properties, 'TagSpecifications').find((each) => each['ResourceType'] === 'launch-template');
  return mergeResourceTags(own?.['Tags'], {});
}

const templateState = ({ id, versions, defaultVersion }: LaunchTemplate): ResourceState => ({
  physicalId: id,
  attributes: {
    LaunchTemplateId: id,
    LatestVersionNumber: String(versions.length),
    DefaultVersionNumber: String(defaultVersion),
  },
});

/** AWS::EC2::LaunchTemplate */
export const launchTemplateResourceTypes: ResourceType[] = [
  {
    type: 'AWS::EC2::LaunchTemplate',
    seconds: { create: 5, update: 5, delete: 2 },
    create: createTemplate,
    update: updateTemplate,
    // Its data is write-only (schema of AWS::EC2::LaunchTemplate, `writeOnlyProperties`).
    read: ({ world, region, physicalId }) =>
      ec2State(world, region)['launch-template'].has(physicalId) ? {} : undefined,
    delete: ({ world, region, physicalId }: ExistingRequest) => {
      ec2State(world, region)['launch-template'].delete(physicalId);
    },
  },
];
