import { type FieldError, immutable, invalid, required, unsupported } from './field-error.ts';
import { dnsSubdomain } from './name-syntax.ts';

type Rule = {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
};
type Reference = { apiGroup?: string; kind?: string; name?: string };
type Subject = { kind?: string; name?: string; namespace?: string; apiGroup?: string };

const GROUP = 'rbac.authorization.k8s.io';

/** k8s.io/kubernetes, pkg/apis/rbac/validation, `ValidatePolicyRule`. */
export function roleErrors(rules: readonly Rule[] = [], namespaced: boolean): FieldError[] {
  return rules.flatMap(({ verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] }, index) => {
    const field = `rules[${index}]`;
    const ofVerbs = verbs.length === 0 ? [required(`${field}.verbs`, 'verbs must contain at least one value')] : [];
    if (nonResourceURLs.length > 0) {
      const problem = namespaced
        ? 'namespaced rules cannot apply to non-resource URLs'
        : apiGroups.length + resources.length > 0
          ? 'rules cannot apply to both regular resources and non-resource URLs'
          : undefined;
      return [
        ...ofVerbs,
        ...(problem === undefined ? [] : [invalid(`${field}.nonResourceURLs`, nonResourceURLs, problem)]),
      ];
    }
    return [
      ...ofVerbs,
      ...(apiGroups.length === 0
        ? [required(`${field}.apiGroups`, 'resource rules must supply at least one api group')]
        : []),
      ...(resources.length === 0
        ? [required(`${field}.resources`, 'resource rules must supply at least one resource')]
        : []),
    ];
  });
}

/** The same file's `ValidateRoleBinding`, `ValidateRoleBindingSubject` and `ValidateRoleBindingUpdate`. */
export function bindingErrors(
  { roleRef = {}, subjects = [] }: { roleRef?: Reference; subjects?: Subject[] },
  namespaced: boolean,
  before?: { roleRef?: Reference },
): FieldError[] {
  // The API server's defaults fill in the group (pkg/apis/rbac/v1/defaults.go).
  const { apiGroup = GROUP, kind = '', name = '' } = roleRef;
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(apiGroup === GROUP ? [] : [unsupported('roleRef.apiGroup', apiGroup, [GROUP])]),
    ...(kinds.includes(kind) ? [] : [unsupported('roleRef.kind', kind, kinds)]),
    ...(name === '' ? [required('roleRef.name')] : []),
    ...subjects.flatMap((subject, index) => subjectErrors(`subjects[${index}]`, subject, namespaced)),
    ...(before === undefined || immutable('roleRef', { kind, name }, named(before.roleRef)).length === 0
      ? []
      : [invalid('roleRef', roleRef, 'cannot change roleRef')]),
  ];
}

const named = ({ kind = '', name = '' }: Reference = {}): Reference => ({ kind, name });

function subjectErrors(
  field: string,
  { kind = '', name = '', namespace, apiGroup }: Subject,
  namespaced: boolean,
): FieldError[] {
  const ofName = name === '' ? [required(`${field}.name`)] : [];
  if (kind === 'ServiceAccount') {
    return [
      ...ofName,
      ...(name === '' ? [] : dnsSubdomain(name).map((problem) => invalid(`${field}.name`, name, problem))),
      ...(apiGroup ? [unsupported(`${field}.apiGroup`, apiGroup, [''])] : []),
      ...(!namespaced && !namespace ? [required(`${field}.namespace`)] : []),
    ];
  }
  if (kind === 'User' || kind === 'Group') {
    return [...ofName, ...((apiGroup ?? GROUP) === GROUP ? [] : [unsupported(`${field}.apiGroup`, apiGroup, [GROUP])])];
  }
  return [...ofName, unsupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
}
