import { getAttTarget, intrinsicCall, substitution } from './intrinsic.ts';
import { variablesIn } from './substitution.ts';
import { isRecord } from './template.ts';

/** Something a template value names: a resource or parameter, a resource's attribute, or a condition. */
export type Reference =
  | { readonly kind: 'ref'; readonly name: string }
  /** `attribute` is undefined when a function computes it. */
  | { readonly kind: 'getAtt'; readonly name: string; readonly attribute: string | undefined }
  | { readonly kind: 'condition'; readonly name: string }
  | { readonly kind: 'mapping'; readonly name: string };

/** Every reference in a value, in the order of the text, with repetitions. */
export function references(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isRecord(value)) return [];
  const call = intrinsicCall(value);
  return call === undefined ? Object.values(value).flatMap(references) : referencesOfCall(call.name, call.argument);
}

function referencesOfCall(name: string, argument: unknown): Reference[] {
  switch (name) {
    case 'Ref':
      return [{ kind: 'ref', name: String(argument) }];
    case 'Condition':
      return [{ kind: 'condition', name: String(argument) }];
    case 'Fn::GetAtt': {
      const [target, attribute] = getAttTarget(argument);
      const known = typeof attribute === 'string' ? attribute : undefined;
      return [{ kind: 'getAtt', name: target, attribute: known }, ...references(attribute)];
    }
    case 'Fn::Sub':
      return referencesOfText(argument);
    case 'Fn::If':
      return [
        ...(Array.isArray(argument) ? [{ kind: 'condition', name: String(argument[0]) } as const] : []),
        ...references(Array.isArray(argument) ? argument.slice(1) : argument),
      ];
    case 'Fn::FindInMap': {
      const map: unknown = Array.isArray(argument) ? argument[0] : undefined;
      return [...(typeof map === 'string' ? [{ kind: 'mapping', name: map } as const] : []), ...references(argument)];
    }
    default:
      return references(argument);
  }
}

function referencesOfText(argument: unknown): Reference[] {
  const { text, variables } = substitution(argument);
  const inText = variablesIn(text)
    .filter((variable) => !Object.hasOwn(variables, variable))
    .map((variable): Reference => {
      const dot = variable.indexOf('.');
      return dot < 0
        ? { kind: 'ref', name: variable }
        : { kind: 'getAtt', name: variable.slice(0, dot), attribute: variable.slice(dot + 1) };
    });
  return [...inText, ...references(variables)];
}
