import { fieldNamesAt, sectionsWithField } from './field-schema.ts';
import type { Finding } from './finding.ts';
import { childPointer, isWithin, valueAt } from './json-pointer.ts';
import { lostSections } from './lost-sections.ts';
import { nearMiss } from './near-miss.ts';
import type { PositionFinder } from './position.ts';
import type { YamlReading } from './read-yaml.ts';
import { renamedTo } from './retired-fields.ts';
import type { ShapeError } from './shape.ts';
import { type NamedField, whatIsMissing, whatIsRepeated, whatIsUnknown, whatIsWrong } from './shape-value-sentences.ts';

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
  const single = once(alternativesJoined(errors.slice(0, mostErrors)), positions);
  const relevant = single.filter((error) => !isWithin(spoilt, placeOf(error)));
  const lost = lostSections(unknownFields(relevant), missingFields(relevant, incomplete), positions);
  const elsewhere = new Set(lost.flatMap(({ section, parts }) => [childPointer('', section), ...parts]));
  const told = relevant.filter((error) => !isWithin(elsewhere, placeOf(error)));
  const unknown = unknownFields(told);
  const missing = missingFields(told, incomplete);
  const meant = pairUp(unknown, missing);
  const findings = [
    ...lost.map(({ finding }) => finding),
    ...unknown.map((field) => whatIsUnknown(field, meant.get(field))),
    ...missing.filter((field) => ![...meant.values()].includes(field)).map(whatIsMissing),
    ...worstPerValue(told).flatMap((error) =>
      error.keyword === 'uniqueItems'
        ? whatIsRepeated(error.instancePath, valueAt(value, error.instancePath))
        : [whatIsWrong(error, valueAt(value, error.instancePath), positions.sourceOf(error.instancePath))],
    ),
  ];
  const malformed = relevant.filter(({ keyword }) => keyword !== 'uniqueItems' && keyword !== 'minItems').map(placeOf);
  const hopeless = errors.length > mostErrors ? [''] : [];
  const compared = unknown.slice(0, mostCompared).flatMap(couldBe);
  const absent = compared.filter((path) => !positions.has(path));
  return { findings, malformed: new Set([...spoilt, ...malformed, ...elsewhere, ...absent, ...hopeless]) };
}

function unknownFields(errors: readonly ShapeError[]): NamedField[] {
  return errors.filter(({ keyword }) => keyword === 'additionalProperties').map(unknownField);
}

/** @param incomplete groups of fields of which some could not be read */
function missingFields(errors: readonly ShapeError[], incomplete: ReadonlySet<string>): NamedField[] {
  return errors
    .filter(({ keyword, instancePath }) => keyword === 'required' && !incomplete.has(instancePath))
    .map(missingField);
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

/** Fields that an unknown one could be: the one of nearly its name beside it, and those of its name elsewhere. */
function couldBe({ parent, name, path }: NamedField): string[] {
  // Copied text brings spaces of other kinds, which YAML takes for letters.
  const word = name.trim();
  const near = renamedTo(path) ?? nearMiss(word, fieldNamesAt(parent));
  const beside = near === undefined ? [] : [childPointer(parent, near)];
  return [...beside, ...sectionsWithField(word).map((section) => childPointer(childPointer('', section), word))];
}

/** Which missing field an unknown one was probably meant to be. */
function pairUp(unknown: readonly NamedField[], missing: readonly NamedField[]): Map<NamedField, NamedField> {
  const pairs = new Map<NamedField, NamedField>();
  const free = new Set(missing);
  for (const field of unknown.slice(0, mostCompared)) {
    const places = couldBe(field);
    const match = [...free].find(({ path }) => places.includes(path));
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
    const key = `${keyword} ${positions.originOf(instancePath, 'value')} ${JSON.stringify(params)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Makes one violation of those of a field that may have several types (`anyOf` in the schema): the alternatives of other
 * types than the value's say nothing; when there is none of its type, they become one violation that names all types.
 */
function alternativesJoined(errors: readonly ShapeError[]): ShapeError[] {
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath));
  if (choices.size === 0) return [...errors];
  const isChoice = ({ instancePath }: ShapeError): boolean => choices.has(instancePath);
  const others = errors.filter((error) => !isChoice(error) || (error.keyword !== 'anyOf' && error.keyword !== 'type'));
  const mistyped = errors.filter((error) => error.keyword === 'type' && isChoice(error));
  // An alternative of the value's type has said what is wrong with it or below it.
  const untold = mistyped.filter(
    ({ instancePath: path }) =>
      !others.some((other) => other.instancePath === path) &&
      !errors.some((other) => other.instancePath.startsWith(`${path}/`)),
  );
  return [...others, ...new Map(untold.map((error) => [error.instancePath, error])).values()];
}
