import { nameChecks } from '../../actions/lib/deployment/checks/name-checks.ts';
import { longestName, namesFor, type PhysicalName, physicalNames } from '../../actions/lib/deployment/names.ts';
import { judgeRegion } from '../../actions/lib/deployment/regions.ts';
import { isDeploymentName } from '../../actions/lib/deployment/scaffold/scaffold-deployment.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { jsonOption, openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';

export const namesCommand: Command = {
  options: {
    ...rootOption,
    ...jsonOption,
    region: { type: 'string', value: 'REGION', help: 'Names of a deployment that is only planned, in this region.' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, { out, err }) {
    const [name = ''] = args.positionals;
    const { names, region } = await namesOf(name, args);
    if (args.flag('json')) out(JSON.stringify(names, null, 2));
    else for (const line of namesTable(names, region)) out(line);
    const refusals = nameRefusals(name, region);
    for (const refusal of refusals) err(`error: ${refusal}`);
    return refusals.length === 0 && names.every(({ remaining }) => remaining >= 0) ? 0 : 1;
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
  const verdict = judgeRegion(region);
  if (verdict.kind === 'wrong') {
    const hint = verdict.meant === undefined ? undefined : `Did you mean ${verdict.meant}?`;
    throw misused(`${JSON.stringify(region)} is no AWS region.`, hint);
  }
  return { names: namesFor({ name, region, images: [], namespace: `${name}-container` }), region };
}

/** Why no deployment can have this name; one that is declared has passed these checks. */
function nameRefusals(name: string, region: string): string[] {
  const context = { folder: name, isUnknown: () => false };
  return nameChecks.flatMap((check) => check.run({ name, aws: { region } }, context)).map(({ message }) => message);
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
