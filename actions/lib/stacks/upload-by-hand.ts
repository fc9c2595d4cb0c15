import type { Deployment } from '../deployment/deployment.ts';
import type { Stack, StackKind } from './stack.ts';

/**
 * Markdown that tells a person how to create the stacks from rendered files with AWS's command line, in an order in which
 * each stack comes after those it needs.
 */
export function renderInstructions(deployment: Deployment, stacks: readonly Stack[]): string {
  const { account_id: account, region } = deployment.aws;
  const nameOf = (kind: StackKind): string => stacks.find((stack) => stack.kind === kind)?.name ?? kind;
  const parts = inOrder(stacks).flatMap((stack, index) => [
    `### ${index + 1}. ${stack.name}`,
    '',
    ...(stack.dependsOn.length === 0 ? [] : [`After ${stack.dependsOn.map(nameOf).join(', ')}.`, '']),
    ...(hasReferences(stack)
      ? ['Its parameters file says in `<…>` what only AWS knows: put the values there first.', '']
      : []),
    '```sh',
    `aws cloudformation create-stack --region ${region} --stack-name ${stack.name} \\`,
    `  --template-body file://stacks/${stack.name}.yaml \\`,
    `  --parameters file://stacks/${stack.name}.parameters.json \\`,
    `  --tags file://stacks/${stack.name}.tags.json \\`,
    '  --capabilities CAPABILITY_NAMED_IAM',
    '```',
    '',
  ]);
  return [
    `# ${deployment.name}, rendered`,
    '',
    `What deploying ${deployment.name} puts into account ${account}, region ${region}. The workflows do all of this; these`,
    'files are for review, and for creating the stacks by hand.',
    '',
    '- `stacks/`: final templates, with parameters and tags as AWS’s command line takes them',
    '- `helm/`: values of the charts; `jupyterhub.yaml` comes on top of `jupyterhub-common.yaml`',
    '- `repositories/`: what is laid over the upstream repositories in CodeCommit',
    '',
    '## Stacks by hand',
    '',
    'The account needs its bootstrap stack (`npx opensarlab bootstrap`) and both CodeCommit repositories first.',
    '',
    ...parts,
  ].join('\n');
}

/** Each stack after those it depends on; otherwise in the catalogue's order. */
function inOrder(stacks: readonly Stack[]): Stack[] {
  const ordered: Stack[] = [];
  const visit = (stack: Stack): void => {
    if (ordered.includes(stack)) return;
    for (const kind of stack.dependsOn) for (const other of stacks) if (other.kind === kind) visit(other);
    ordered.push(stack);
  };
  for (const stack of stacks) visit(stack);
  return ordered;
}

function hasReferences({ parameters }: Stack): boolean {
  return Object.values(parameters).some((value) => typeof value !== 'string');
}
