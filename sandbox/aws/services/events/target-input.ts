import { AwsError } from '../../service.ts';
import type { EventEnvelope, RuleTarget } from './events-state.ts';

/**
 * What a target gets: the event, a constant, a part of the event, or a template filled from it
 * (eventbridge userguide, eb-transform-target-input.html).
 * @returns the JSON value; text when a template makes no JSON
 */
export function targetInput(target: RuleTarget, event: EventEnvelope, ruleArn: string): unknown {
  if (target.Input !== undefined) return parseOrText(target.Input);
  if (target.InputPath !== undefined) return valueAt(event, target.InputPath);
  if (!target.InputTransformer) return event;
  const { InputPathsMap = {}, InputTemplate = '' } = target.InputTransformer;
  const variables = new Map<string, unknown>([
    ['aws.events.event', event],
    ['aws.events.event.json', event],
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleArn.slice(ruleArn.lastIndexOf('/') + 1)],
    ['aws.events.event.ingestion-time', event.time],
  ]);
  for (const [name, path] of Object.entries(InputPathsMap)) variables.set(name, valueAt(event, path));
  return parseOrText(fillTemplate(InputTemplate, variables));
}

/** Inside quotes a value stands as bare text, outside as JSON; one that is missing leaves nothing behind. */
function fillTemplate(template: string, variables: ReadonlyMap<string, unknown>): string {
  return template.replace(/"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g, (whole, bare: string | undefined) => {
    if (bare !== undefined) return variables.has(bare) ? (JSON.stringify(variables.get(bare)) ?? '') : whole;
    return whole.replace(/<([\w.-]+)>/g, (placeholder, name: string) =>
      variables.has(name) ? textOf(variables.get(name)) : placeholder,
    );
  });
}

const textOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return JSON.stringify(text).slice(1, -1);
};

/** A JSON path of plain names, e.g. `$.detail.commitId`. */
function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(path)) {
    throw new AwsError('ValidationException', `The sandbox does not support the JSON path ${path}.`);
  }
  let value: unknown = event;
  for (const name of path.split('.').slice(1)) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
