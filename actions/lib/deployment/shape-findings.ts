import { fieldNamesAt, sectionsWithField } from './field-schema.ts';
import type { Finding } from './finding.ts';
import { childPointer, isWithin, valueAt } from './json-pointer.ts';
import { nearMiss } from './near-miss.ts';
import type { PositionFinder } from './position.ts';
import type { YamlReading } from './read-yaml.ts';
import type { ShapeError } from './shape.ts';
import { type NamedField, whatIsMissing, whatIsRepeated, whatIsUnknown } from './shape-field-sentences.ts';
import { whatIsWrong } from './shape-value-sentences.ts';

/** The schema's violations as findings, and where values are that nobody can rely on. */
export type ShapeFindings = { findings: Finding[]; malformed: Set<string> };

/**
 * Turns violations into findings, one per mistake: of several about one value only the first counts, a misspelt field is
 * not reported as missing too, and what an alias repeats is reported at its anchor.
 * @param value what was checked
 */
export function shapeFindings(
  errors: readonly ShapeError[],
  { value, spoilt, incomplete }: Pick<YamlReading, 'value' | 'spoilt' | 'incomplete'>,
  positions: PositionFinder,
): ShapeFindings {
  const relevant = once(errors.slice(0, mostErrors), positions).filter((error) => !isWithin(spoilt, placeOf(error)));
  const unknown = relevant.filter(({ keyword }) => keyword === 'additionalProperties').map(unknownField);
  const missing = relevant
    .filter(({ keyword, instancePath }) => keyword === 'required' && !incomplete.has(instancePath))
    .map(missingField);
  const meant = pairUp(unknown, missing);
  const wrong = worstPerValue(relevant);
  const findings = [
    ...unknown.map((field) => whatIsUnknown(field, meant.get(field))),
    ...missing.filter((field) => ![...meant.values()].includes(field)).map(whatIsMissing),
    ...wrong.flatMap((error) =>
      error.keyword === 'uniqueItems'
        ? whatIsRepeated(error.instancePath, valueAt(value, error.instancePath))
        : [whatIsWrong(error, valueAt(value, error.instancePath), positions.sourceOf(error.instancePath))],
    ),
  ];
  const malformed = relevant.filter(({ keyword }) => keyword !== 'uniqueItems' && keyword !== 'minItems').map(placeOf);
  const hopeless = errors.length > mostErrors ? [''] : [];
  return { findings, malformed: new Set([...spoilt, ...malformed, ...hopeless]) };
}

function unknownField({ instancePath, params }: ShapeError): NamedField {
  const name = String(params.additionalProperty);
  return { parent: instancePath, name, path: childPointer(instancePath, name) };
}

function missingField({ instancePath, params }: ShapeError): NamedField {
  const name = String(params.missingProperty);
  return { parent: instancePath, name, path: childPointer(instancePath, name) };
}

/** What a violation makes unreliable: a missing or unknown field itself, or the value. */
function placeOf(error: ShapeError): string {
  if (error.keyword === 'required') return missingField(error).path;
  if (error.keyword === 'additionalProperties') return unknownField(error).path;
  return error.instancePath;
}

/** Most violations that are looked at; a file with more is beyond checks. */
const mostErrors = 2000;

/** Most unknown fields that are compared with what is missing; beyond, it is no slip of the pen. */
const mostCompared = 200;

/** Which missing field an unknown one was probably meant to be: one of nearly that name beside it, or of its name elsewhere. */
function pairUp(unknown: readonly NamedField[], missing: readonly NamedField[]): Map<NamedField, NamedField> {
  const pairs = new Map<NamedField, NamedField>();
  const free = new Set(missing);
  for (const field of unknown.slice(0, mostCompared)) {
    const beside = [...free].filter(({ parent }) => parent === field.parent);
    // Copied text brings spaces of other kinds, which YAML takes for letters.
    const word = field.name.trim();
    const near = nearMiss(word, fieldNamesAt(field.parent));
    const homes = sectionsWithField(word).map((section) => childPointer('', section));
    const match =
      beside.find(({ name }) => name === near) ??
      [...free].find(({ parent, name }) => name === word && homes.includes(parent));
    if (match === undefined) continue;
    pairs.set(field, match);
    free.delete(match);
  }
  return pairs;
}

const order = ['type', 'enum', 'minLength', 'maxLength', 'maxItems', 'minItems', 'pattern'];

/** Of the violations of one value the one that says most. */
function worstPerValue(errors: readonly ShapeError[]): ShapeError[] {
  const rank = ({ keyword }: ShapeError): number => (order.indexOf(keyword) + order.length) % order.length;
  const worst = new Map<string, ShapeError>();
  for (const error of errors) {
    if (error.keyword === 'required' || error.keyword === 'additionalProperties') continue;
    const before = worst.get(error.instancePath);
    if (before === undefined || rank(error) < rank(before)) worst.set(error.instancePath, error);
  }
  return [...worst.values()];
}

/** Drops what is said about the same text already, because an alias stands for it. */
function once(errors: readonly ShapeError[], positions: PositionFinder): ShapeError[] {
  const seen = new Set<string>();
  return errors.filter(({ instancePath, keyword, params }) => {
    const name = params.missingProperty ?? params.additionalProperty ?? '';
    const key = `${keyword} ${positions.originOf(instancePath, 'value')} ${String(name)}`;
    return !seen.has(key) && seen.add(key);
  });
}
