import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate, type Template, type TemplateValue } from '../../actions/lib/stacks/template.ts';
import { repository } from './source-modules.ts';

/** What a policy lets an identity do: actions with their wildcards, by the policy's logical id. */
export type RolePermissions = { policy: string; actions: string[] }[];

/** The permissions of a role of the bootstrap template, from the policies attached to it. @param role logical id */
export function permissionsOf(role: string): RolePermissions {
  const template = readTemplate(
    readFileSync(join(repository, 'cluster/cloudformation/bootstrap.yaml'), 'utf8'),
    'bootstrap.yaml',
  );
  const attached = template.Resources[role]?.Properties?.ManagedPolicyArns;
  if (!Array.isArray(attached)) throw new TypeError(`${role} has no list of managed policies.`);
  return attached.map((reference) => {
    const policy = isRecord(reference) && typeof reference.Ref === 'string' ? reference.Ref : '';
    return { policy, actions: actionsOf(template, policy) };
  });
}

function actionsOf(template: Template, policy: string): string[] {
  const document = template.Resources[policy]?.Properties?.PolicyDocument;
  const statements = isRecord(document) ? document.Statement : undefined;
  if (!Array.isArray(statements)) throw new TypeError(`${policy} has no statements.`);
  return statements.flatMap((statement) => {
    if (!isRecord(statement) || statement.Effect !== 'Allow') return [];
    const actions = Array.isArray(statement.Action) ? statement.Action : [statement.Action];
    return actions.filter((action) => typeof action === 'string');
  });
}

function isRecord(value: TemplateValue | undefined): value is { [key: string]: TemplateValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
