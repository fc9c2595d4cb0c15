import { readPolicyDocument } from '@opensarlab/sandbox';
import { policiesOf } from './policy-statements.ts';
import { renderedTemplates } from './rendered-templates.ts';

/** The policies of the role that CloudFormation acts under, as the account's own stack makes them in `us-west-2`. */
export function cloudFormationPolicies(): ReturnType<typeof readPolicyDocument>[] {
  return renderedTemplates()
    .filter(({ name, region }) => name === 'opensarlab-bootstrap' && region === 'us-west-2')
    .flatMap(policiesOf)
    .filter(({ resource }) => /^Stack\w+Policy$/.test(resource.id))
    .map(({ document }) => readPolicyDocument(JSON.stringify(document), 'identity'));
}
