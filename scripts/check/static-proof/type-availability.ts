import { regionTable } from '../../../actions/lib/deployment/regions.ts';
import { registryFolder, typesOfRegion } from './handler-permissions.ts';
import { renderedTemplates } from './rendered-templates.ts';

/** Types that a region lacks though a declaration may name it; each is told by every run. */
const knownGaps: readonly { types: RegExp; regions: readonly string[]; what: string }[] = [
  {
    types: /^AWS::Cognito::/,
    regions: ['cn-north-1', 'cn-northwest-1'],
    what: 'China has no user pools: a deployment there cannot be made, and no check of the declaration says so',
  },
  {
    types: /^AWS::CodeBuild::Project$/,
    regions: ['ap-east-2', 'ca-west-1', 'mx-central-1'],
    what: 'the registry does not list CodeBuild there; whether it is there nobody has tried',
  },
];

/** @returns pairs of type and region that were looked up, those that are missing, and what is to be told of the others */
export function checkTypeAvailability(programs: string): { checked: number; problems: string[]; notes: string[] } {
  const folder = registryFolder(programs);
  const types = [
    ...new Set(
      renderedTemplates().flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type)),
    ),
  ];
  const problems: string[] = [];
  const seen = new Set<string>();
  let checked = 0;
  for (const region of regionTable.regions) {
    const known = typesOfRegion(folder, region);
    if (known === undefined) {
      seen.add(`${region} is not in the registry's schemas: not checked`);
      continue;
    }
    checked += types.length;
    for (const type of types.filter((each) => !Object.hasOwn(known, each))) {
      const gap = knownGaps.find((each) => each.types.test(type) && each.regions.includes(region));
      if (gap) seen.add(`${gap.regions.join(', ')}: ${gap.what}`);
      else problems.push(`${region} has no ${type}`);
    }
  }
  return { checked, problems, notes: [...seen] };
}
