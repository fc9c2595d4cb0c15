import { ApiError } from '../api-error.ts';
import type { NewObject } from '../cluster-state.ts';
import { parseQuantity } from '../quantity.ts';
import { type FieldType, structType, typeOfKind } from './api-schema.ts';

/** An object without the fields that its type does not have, and the paths of these. */
export type Decoded = { object: NewObject; unknown: string[] };

/**
 * Reads an object as the API server's decoder does (k8s.io/apimachinery, pkg/runtime/serializer/json): a value of another
 * type is refused, a field that the type lacks is left out. Kinds that are no part of Kubernetes pass as they are.
 * @throws ApiError BadRequest for the first value of a wrong type, in the decoder's words; its cause has the path, which
 *   these words have only in part
 */
export function decodeObject(manifest: NewObject): Decoded {
  const type = typeOfKind(manifest.apiVersion, manifest.kind);
  const unknown: string[] = [];
  if (type === undefined) return { object: manifest, unknown };
  const object = decodeStruct(type, manifest, { path: '', keys: [], unknown }) as NewObject;
  return { object, unknown };
}

/**
 * What `fieldValidation=Strict` asks for, which `kubectl apply` and `create` send (kubernetes.io/docs/reference/using-api/api-concepts,
 * "Field validation").
 * @throws ApiError BadRequest with every field that the type lacks
 */
export function refuseUnknownFields({ apiVersion, kind }: NewObject, unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  const list = unknown.map((field) => `unknown field "${field}"`).join(', ');
  const causes = unknown.map((field) => ({ field, message: 'unknown field' }));
  throw new ApiError('BadRequest', cannotBeHandled(apiVersion, kind, `strict decoding error: ${list}`), causes);
}

/** k8s.io/apiserver, pkg/endpoints/handlers/rest.go, `transformDecodeError`. */
const cannotBeHandled = (apiVersion: string, kind: string, reason: string): string =>
  `${kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind}: ${reason}`;

/** Where the decoder is: `path` with indices, `keys` as encoding/json names them, without. */
type Place = { path: string; keys: readonly string[]; unknown: string[]; struct?: string; root?: NewObject };

function decodeStruct(type: string, value: unknown, place: Place): unknown {
  if (!isObject(value)) return mismatch(value, goName(type), place);
  const { fields } = structType(type);
  const root = place.root ?? (value as NewObject);
  const read: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const path = place.path === '' ? key : `${place.path}.${key}`;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const struct = type.split('.').at(-1) ?? type;
    if (field === undefined) place.unknown.push(path);
    // Null is as good as absent.
    else if (inner !== null && inner !== undefined)
      read[key] = decode(field, inner, { ...place, root, path, keys: [...place.keys, key], struct });
  }
  return read;
}

function decode(type: FieldType, value: unknown, place: Place): unknown {
  if (typeof type === 'string') return decodePrimitive(type, value, place);
  const [form, inner] = type;
  if (form === 'ref') return decodeStruct(inner, value, place);
  if (form === 'list') {
    if (!Array.isArray(value)) return mismatch(value, goType(type), place);
    return value.map((each, index) => decode(inner, each, { ...place, path: `${place.path}[${index}]` }));
  }
  if (!isObject(value)) return mismatch(value, goType(type), place);
  const entries = Object.entries(value).map(([key, each]) => {
    return [key, each === null ? zeroOf(inner) : decode(inner, each, { ...place, path: `${place.path}[${key}]` })];
  });
  return Object.fromEntries(entries);
}

function decodePrimitive(type: Extract<FieldType, string>, value: unknown, place: Place): unknown {
  switch (type) {
    case 'any':
      return value;
    case 'bool':
      return typeof value === 'boolean' ? value : mismatch(value, 'bool', place);
    case 'double':
      return typeof value === 'number' ? value : mismatch(value, 'float64', place);
    case 'int32':
      return isInteger(value, 2 ** 31) ? value : mismatch(value, 'int32', place);
    case 'int64':
      return isInteger(value, 2 ** 63) ? value : mismatch(value, 'int64', place);
    case 'intOrString':
      if (typeof value === 'string' || isInteger(value, 2 ** 31)) return value;
      // IntOrString reads itself, so the decoder does not know where it is (util/intstr, UnmarshalJSON).
      return refuse(`json: cannot unmarshal ${jsonName(value)} into Go value of type int32`, place);
    case 'quantity':
      return decodeQuantity(value, place);
    case 'bytes':
      if (typeof value !== 'string') return mismatch(value, '[]uint8', place);
      return decodeBase64(value, place);
    case 'time':
      return typeof value === 'string' ? value : refuse('json: cannot unmarshal into a time', place);
    case 'string':
      return typeof value === 'string' ? value : mismatch(value, 'string', place);
  }
}

/** A quantity reads itself, too (api/resource/quantity.go, UnmarshalJSON). */
function decodeQuantity(value: unknown, place: Place): unknown {
  try {
    parseQuantity(value);
    return value;
  } catch (error) {
    if (error instanceof ApiError) return refuse(error.message, place);
    throw error;
  }
}

/** encoding/base64, `CorruptInputError`. */
function decodeBase64(value: string, place: Place): string {
  const text = value.replace(/[\r\n]/g, '');
  const wrong = /[^A-Za-z0-9+/=]|=(?!=?$)/.exec(text);
  if (wrong === null && text.length % 4 === 0) return value;
  const at = wrong?.index ?? text.length - (text.length % 4);
  return refuse(`illegal base64 data at input byte ${at}`, place);
}

/** encoding/json, `UnmarshalTypeError`, with the struct that has the field and the path without indices. */
function mismatch(value: unknown, type: string, place: Place): never {
  const where = place.struct === undefined ? 'value' : `struct field ${place.struct}.${place.keys.join('.')}`;
  return refuse(`json: cannot unmarshal ${jsonName(value)} into Go ${where} of type ${type}`, place);
}

function refuse(reason: string, { path, root }: Place): never {
  const { apiVersion = '', kind = '' } = root ?? {};
  throw new ApiError('BadRequest', cannotBeHandled(apiVersion, kind, reason), [{ field: path, message: reason }]);
}

function jsonName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goType(type: FieldType): string {
  if (typeof type === 'string') return GO_TYPES[type] ?? type;
  const [form, inner] = type;
  if (form === 'ref') return goName(inner);
  return form === 'list' ? `[]${goType(inner)}` : `map[string]${goType(inner)}`;
}
const GO_TYPES: Readonly<Record<string, string>> = {
  bytes: '[]uint8',
  double: 'float64',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  any: 'interface {}',
};

/** `core.v1.Container` → `v1.Container`. */
const goName = (type: string): string => type.split('.').slice(-2).join('.');

const zeroOf = (type: FieldType): unknown => (type === 'quantity' ? '0' : type === 'string' ? '' : undefined);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isInteger = (value: unknown, limit: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit;
