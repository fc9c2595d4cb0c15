import { longestName, namesFor, type PhysicalName, physicalNames } from '../../actions/lib/deployment/names.ts';
import { isDeploymentName } from '../../actions/lib/deployment-scaffold/scaffold-deployment.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';

export const namesCommand: Command = {
  options: { ...rootOption, json: { type: 'boolean' }, region: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(args, { out }) {
    const [name = ''] = args.positionals;
    const { names, region } = await namesOf(name, args);
    if (args.flag('json')) out(JSON.stringify(names, null, 2));
    else for (const line of namesTable(names, region)) out(line);
    return names.every(({ remaining }) => remaining >= 0) ? 0 : 1;
  },
};

/** The names of a declared deployment, or with `--region` those that a deployment of this name would have there. */
async function namesOf(name: string, args: CommandArguments): Promise<{ names: PhysicalName[]; region: string }> {
  const region = args.text('region');
  if (region === undefined) {
    const deployment = await findDeployment({ workspace: await openCheckout(args) }, name);
    return { names: physicalNames(deployment), region: deployment.aws.region };
  }
  if (!isDeploymentName(name)) throw misused(`${JSON.stringify(name)} cannot be the name of a deployment.`);
  if (!/^[a-z]{2}(-[a-z]+){1,2}-[0-9]$/.test(region)) throw misused(`${JSON.stringify(region)} is no AWS region.`);
  return { names: namesFor({ name, region, images: [], namespace: `${name}-container` }), region };
}

/** @returns lines of a table with the columns aligned; what is too long is marked */
export function namesTable(names: readonly PhysicalName[], region: string): string[] {
  const widthOf = (field: 'resource' | 'name'): number => Math.max(...names.map((entry) => entry[field].length));
  const [resources, longest] = [widthOf('resource'), widthOf('name')];
  const rows = names.map(({ resource, name, limit, remaining }) => {
    const room = remaining < 0 ? `${-remaining} too long` : `${remaining} left`;
    return `${resource.padEnd(resources)}  ${name.padEnd(longest)}  ${String(limit).padStart(3)}  ${room}`;
  });
  const head = `${'resource'.padEnd(resources)}  ${'name'.padEnd(longest)}  max  room`;
  return [head, ...rows, '', `In ${region} the name of a deployment has at most ${longestName(region)} characters.`];
}
