import type { YAMLMap } from 'yaml';
import type { MigrationNote } from './migration-report.ts';
import { addField } from './new-document.ts';
import { textOf } from './references.ts';
import type { UpstreamFile } from './upstream-file.ts';

/** What an upstream file does not say, or what should be otherwise in the new one. */
export type KnownFacts = {
  account_id?: string;
  region?: string;
  name?: string;
  cost_tag_key?: string;
  admin_user_name?: string;
  admin_email_address?: string;
  az_suffix?: string;
  deployment_url?: string;
};

type Filling = {
  file: UpstreamFile;
  aws: YAMLMap;
  parameters: YAMLMap;
  facts: KnownFacts;
  name: string;
  notes: MigrationNote[];
};

const parameterFacts = [
  'cost_tag_key',
  'admin_user_name',
  'admin_email_address',
  'az_suffix',
  'deployment_url',
] as const satisfies readonly (keyof KnownFacts)[];

/** Zone letter when nobody says one; most regions have it. */
const firstZone = 'a';

/**
 * Fills in account and region, from the facts or from the ARNs of the old file, and parameters that the old file lacks.
 * @returns what is still missing
 */
export function fillParameters({ file, aws, parameters, facts, name, notes }: Filling): (keyof KnownFacts)[] {
  const missing: (keyof KnownFacts)[] = [];
  const [region, account] = placeOf(file);
  for (const [fact, value] of [
    ['account_id', facts.account_id ?? account],
    ['region', facts.region ?? region],
  ] as const) {
    if (facts[fact] === undefined && aws.has(fact)) continue;
    if (value === undefined) missing.push(fact);
    else addField(aws, fact, value);
    if (value !== undefined && facts[fact] === undefined) {
      notes.push({
        kind: 'changed',
        field: `aws.${fact}`,
        line: 0,
        message: `It is ${value}, as the ARNs of the file say.`,
      });
    }
  }
  if (name === '') missing.push('name');
  else if (parameters.get('cost_tag_value') === undefined) addField(parameters, 'cost_tag_value', name);
  for (const fact of parameterFacts) {
    const value = facts[fact];
    if (value === undefined) continue;
    // Other versions have the parameter under another name.
    const old = textOf(file.parameters, fact) ?? parameters.get(fact);
    addField(
      parameters,
      fact,
      value,
      file.parameters.fields.find(({ name: field }) => field === fact),
    );
    if (old !== undefined && old !== value) {
      notes.push({
        kind: 'changed',
        field: `parameters.${fact}`,
        line: 0,
        message: `It is ${value}, as was asked for.`,
      });
    }
  }
  if (parameters.get('az_suffix') === undefined) {
    addField(parameters, 'az_suffix', firstZone);
    const message = `The file names no zone; it is ${firstZone}. Home volumes cannot leave their zone later.`;
    notes.push({ kind: 'decision', field: 'parameters.az_suffix', line: 0, message });
  }
  const required = ['cost_tag_key', 'admin_user_name', 'admin_email_address'] as const;
  return [...missing, ...required.filter((fact) => parameters.get(fact) === undefined)];
}

/** Region and account that all ARNs of the old file agree on. */
function placeOf({ parameters }: UpstreamFile): [region: string | undefined, account: string | undefined] {
  const arns = ['certificate_arn', 'admin_email_address_sns_arn', 'SSO_SECRET_ARN']
    .map((field) => textOf(parameters, field)?.split(':'))
    .filter((parts) => parts !== undefined && parts[0] === 'arn' && parts.length > 5);
  const agreed = (index: number): string | undefined => {
    const values = new Set(arns.map((parts) => parts?.[index]));
    const [value] = values;
    return values.size === 1 && value ? value : undefined;
  };
  return [agreed(3), agreed(4)];
}
