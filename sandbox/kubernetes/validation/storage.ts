import { parseQuantity } from '../quantity.ts';
import { type FieldError, forbidden, immutable, invalid, oneOf, required, unsupported } from './field-error.ts';
import { dnsSubdomain, qualifiedName } from './name-syntax.ts';

type ClaimSpec = {
  accessModes?: string[];
  storageClassName?: string;
  volumeMode?: string;
  volumeName?: string;
  resources?: { requests?: { storage?: unknown } };
};
type StorageClass = {
  provisioner?: string;
  parameters?: Readonly<Record<string, string>>;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
};

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** k8s.io/kubernetes, pkg/apis/core/validation, `ValidatePersistentVolumeClaimSpec` and `ValidatePersistentVolumeClaimUpdate`. */
export function claimErrors(spec: ClaimSpec = {}, before?: ClaimSpec): FieldError[] {
  const { accessModes = [], storageClassName = '', resources } = spec;
  const storage = resources?.requests?.storage;
  const storageField = 'spec.resources[storage]';
  return [
    ...(accessModes.length === 0 ? [required('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...accessModes
      .filter((mode) => !ACCESS_MODES.includes(mode))
      .map((mode) => unsupported('spec.accessModes', mode, ACCESS_MODES)),
    ...(accessModes.length > 1 && accessModes.includes('ReadWriteOncePod')
      ? [forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')]
      : []),
    ...(storage === undefined
      ? [required(storageField)]
      : parseQuantity(storage) <= 0
        ? [invalid(storageField, String(storage), 'must be greater than zero')]
        : []),
    ...(storageClassName === ''
      ? []
      : dnsSubdomain(storageClassName).map((problem) => invalid('spec.storageClassName', storageClassName, problem))),
    ...oneOf('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
    ...(before === undefined ? [] : claimUpdateErrors(spec, before)),
  ];
}

/** What a manifest leaves out keeps the value that the API server or the binding gave it. */
function claimUpdateErrors(spec: ClaimSpec, before: ClaimSpec): FieldError[] {
  const fields = ['accessModes', 'storageClassName', 'volumeMode', 'volumeName'] as const;
  const isSame = fields.every(
    (field) => spec[field] === undefined || String(spec[field]) === String(before[field] ?? spec[field]),
  );
  const isBound = before.volumeName !== undefined;
  const [storage, previous] = [spec, before].map(({ resources }) => resources?.requests?.storage);
  const grown = storage === undefined || previous === undefined ? 0 : parseQuantity(storage) - parseQuantity(previous);
  return [
    ...(isSame && (isBound || grown === 0)
      ? []
      : [
          forbidden(
            'spec',
            'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
          ),
        ]),
    ...(isBound && grown < 0
      ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
  ];
}

/** k8s.io/kubernetes, pkg/apis/storage/validation, `ValidateStorageClass` and `ValidateStorageClassUpdate`. */
export function storageClassErrors(given: StorageClass, before?: StorageClass): FieldError[] {
  const { provisioner = '', reclaimPolicy, volumeBindingMode } = given;
  const update =
    before === undefined
      ? []
      : [
          ...immutable('parameters', given.parameters, before.parameters),
          ...immutable('provisioner', provisioner, before.provisioner),
          ...immutable('reclaimPolicy', reclaimPolicy ?? 'Delete', before.reclaimPolicy),
          ...immutable('volumeBindingMode', volumeBindingMode ?? 'Immediate', before.volumeBindingMode),
        ];
  return [
    ...(provisioner === ''
      ? [required('provisioner')]
      : qualifiedName(provisioner.toLowerCase()).map((problem) => invalid('provisioner', provisioner, problem))),
    ...oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...oneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
    ...update,
  ];
}
