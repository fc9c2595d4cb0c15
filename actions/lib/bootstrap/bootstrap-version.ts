import { createHash } from 'node:crypto';
import { bootstrapTag } from '../plan/preflight-bootstrap.ts';
import { readTemplate, type Template } from '../stacks/template.ts';
import { requestText } from '../stacks/template-text.ts';

/** Where the template of the bootstrap stack is in a checkout. */
export const bootstrapTemplate = 'cluster/cloudformation/bootstrap.yaml';

/** Logical id of the role that tells the version; plans may read its tags. */
const versionedRole = 'PlanRole';

/** Which version of the template this is: 12 hex digits of its digest, comments left out. @throws Failure `TemplateSyntax` */
export function bootstrapVersion(text: string): string {
  return digestOf(readTemplate(text, bootstrapTemplate));
}

/** The template as it is sent to CloudFormation, with its version as a tag of a role. @throws Failure `TemplateSyntax` */
export function bootstrapBody(text: string): string {
  const template = readTemplate(text, bootstrapTemplate);
  const role = template.Resources[versionedRole];
  if (role === undefined) return requestText(template);
  const tags = role.Properties?.Tags;
  const Tags = [...(Array.isArray(tags) ? tags : []), { Key: bootstrapTag, Value: digestOf(template) }];
  const versioned = { ...role, Properties: { ...role.Properties, Tags } };
  return requestText({ ...template, Resources: { ...template.Resources, [versionedRole]: versioned } });
}

function digestOf(template: Template): string {
  return createHash('sha256').update(requestText(template)).digest('hex').slice(0, 12);
}
