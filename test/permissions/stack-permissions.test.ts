import { evaluatePolicies } from '@opensarlab/sandbox';
import { describe, expect, it } from 'vitest';
import { cloudFormationPolicies } from '../../scripts/check/static-proof/cloudformation-policies.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';
import { requestsOf } from '../../scripts/check/static-proof/resource-requests.ts';

const rendered = renderedTemplates().filter(({ region }) => !region.startsWith('us-gov-'));
const documents = cloudFormationPolicies();

describe('the role that CloudFormation works under', () => {
  const stacks = rendered.filter(({ name }) => name !== 'opensarlab-bootstrap');

  it.each(stacks.map((template) => [`${template.region} ${template.name}`, template] as const))(
    'may make and remove every resource of %s',
    (_, template) => {
      const refused = resolvedResources(template).flatMap((resource) => {
        const asked = requestsOf(resource, template);
        if (asked === undefined) return [`${resource.id}: nobody has said what ${resource.type} takes`];
        return asked
          .filter((request) => evaluatePolicies(documents, request) !== 'allowed')
          .map((request) => `${resource.id}: ${request.action} on ${request.resource}`);
      });
      expect(refused).toEqual([]);
    },
  );
});
