import { type FoundPolicy, type PolicyStatement, texts } from './policy-statements.ts';

/** Where a resource of a template says why a statement of it has wildcards: `Metadata`, by `Sid`. */
const reasonKeys = { action: 'opensarlab:any-action', resource: 'opensarlab:any-resource' } as const;

/**
 * Statements that allow every action of a service, or something on every resource without a condition, and give no reason;
 * and reasons that nothing needs. Trust policies have no resource.
 */
export function wildcardFindings(policies: readonly FoundPolicy[]): string[] {
  const used = new Set<string>();
  const findings = policies.flatMap((policy) => {
    const found = policy.document.Statement.flatMap((statement) => {
      const at = `${policy.template.name} ${policy.resource.id} ${statement.Sid ?? policy.place}`;
      return wildcardsOf(statement, policy).flatMap((kind) => {
        const reason = reasonsOf(policy, kind)[statement.Sid ?? ''];
        used.add(`${policy.template.name} ${policy.resource.id} ${kind} ${statement.Sid}`);
        if (typeof reason === 'string' && reason.length > 20) return [];
        return [`${at} allows any ${kind}; Metadata has no ${reasonKeys[kind]} for it.`];
      });
    });
    return found;
  });
  const idle = policies.flatMap((policy) =>
    (['action', 'resource'] as const).flatMap((kind) =>
      Object.keys(reasonsOf(policy, kind))
        .filter((sid) => !used.has(`${policy.template.name} ${policy.resource.id} ${kind} ${sid}`))
        .map((sid) => `${policy.template.name} ${policy.resource.id} has an idle reason for ${sid}.`),
    ),
  );
  return [...new Set([...findings, ...idle])];
}

function wildcardsOf(statement: PolicyStatement, { purpose }: FoundPolicy): ('action' | 'resource')[] {
  if (statement.Effect !== 'Allow') return [];
  const anyAction =
    statement.NotAction !== undefined || texts(statement.Action).some((action) => /(^|:)\*$/.test(action));
  const anyResource = statement.NotResource !== undefined || texts(statement.Resource).includes('*');
  return [
    ...(anyAction ? (['action'] as const) : []),
    ...(anyResource && purpose !== 'trust' && statement.Condition === undefined ? (['resource'] as const) : []),
  ];
}

function reasonsOf({ resource }: FoundPolicy, kind: 'action' | 'resource'): Record<string, unknown> {
  return Object((Object(resource.metadata) as Record<string, unknown>)[reasonKeys[kind]] ?? {});
}
