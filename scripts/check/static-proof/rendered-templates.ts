import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CatalogueSources, stacksOf } from '../../../actions/lib/stacks/catalogue.ts';
import { type ParameterValue, type Stack, type StackKind, stackKinds } from '../../../actions/lib/stacks/stack.ts';
import { readTemplate, type Template } from '../../../actions/lib/stacks/template.ts';
import { requestText } from '../../../actions/lib/stacks/template-text.ts';
import { root } from '../../setup/install.mjs';
import { deploymentMatrix, deploymentOfCase } from './deployment-matrix.ts';

/** A final template with what CloudFormation would get beside it. */
export type RenderedTemplate = {
  /** Name of the stack; with the region, unique. */
  name: string;
  region: string;
  text: string;
  template: Template;
  parameters: Readonly<Record<string, string>>;
};

/** Templates and versions as they are in this repository. */
export function repositorySources(): CatalogueSources {
  const text = (path: string): string => readFileSync(join(root, 'cluster', path), 'utf8');
  const templates = stackKinds.map((kind) => [kind, text(`cloudformation/${kind}.yaml`)]);
  return { templates: Object.fromEntries(templates) as Record<StackKind, string>, versions: text('versions.yaml') };
}

/** The five stacks of each declaration of the matrix, and the account's own stack in both partitions. */
export function renderedTemplates(): RenderedTemplate[] {
  const sources = repositorySources();
  const deployments = deploymentMatrix.flatMap((matrixCase) => {
    const deployment = deploymentOfCase(matrixCase);
    const stacks = stacksOf(deployment, sources);
    return stacks.map(({ name, templateBody, parameters }) =>
      rendered(name, deployment.aws.region, templateBody, literals(parameters, stacks)),
    );
  });
  return [...deployments, bootstrapTemplate('us-west-2', ''), bootstrapTemplate('us-gov-west-1', providerArn)];
}

const providerArn = 'arn:aws-us-gov:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';

function bootstrapTemplate(region: string, existingProvider: string): RenderedTemplate {
  const source = readFileSync(join(root, 'cluster', 'cloudformation', 'bootstrap.yaml'), 'utf8');
  const text = requestText(readTemplate(source, 'bootstrap.yaml'));
  return rendered('opensarlab-bootstrap', region, text, {
    GitHubOwner: 'example',
    GitHubOwnerId: '90210',
    GitHubRepository: 'opensarlab-deployments',
    GitHubRepositoryId: '4711',
    ExistingOidcProviderArn: existingProvider,
  });
}

function rendered(
  name: string,
  region: string,
  text: string,
  parameters: Readonly<Record<string, string>>,
): RenderedTemplate {
  return { name, region, text, template: readTemplate(text, name), parameters };
}

/** What is known only in AWS has a stand-in. */
function literals(parameters: Stack['parameters'], stacks: readonly Stack[]): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, literal(value, stacks)]));
}

function literal(value: ParameterValue, stacks: readonly Stack[]): string {
  if (typeof value === 'string') return value;
  if ('creation' in value) return value.afterwards;
  if ('first' in value) {
    if (typeof value.first === 'string') return value.first;
    return 'addon' in value.first ? addonVersion : machineImage;
  }
  const stack = stacks.find(({ kind }) => kind === value.stack);
  return outputs[value.output] ?? `${stack?.name ?? value.stack}.${value.output}`;
}

const addonVersion = 'v1.0.0-eksbuild.1';
const machineImage = 'ami-0123456789abcdef0';

/** Outputs with a form that counts. */
const outputs: Readonly<Record<string, string>> = { AppUrl: 'https://lab-1234.elb.amazonaws.com' };
