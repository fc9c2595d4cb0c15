import { expect, it } from 'vitest';
import { moduleText } from './api-server-programs.ts';

const published = `module k8s.io/kubernetes

go 1.26.0

require (
	k8s.io/api v0.0.0
	k8s.io/utils v0.0.0-20260210185600-b8788abfbbc2
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go => ./staging/src/k8s.io/client-go
)
`;

it('takes the libraries of a release from their own modules, at the same version', () => {
  expect(moduleText(published, '1.36.3')).toBe(`module check.invalid/kubernetes

go 1.26.0

require k8s.io/kubernetes v1.36.3

replace (
	k8s.io/api => k8s.io/api v0.36.3
	k8s.io/client-go => k8s.io/client-go v0.36.3
)
`);
});

it('reads replacements that stand alone', () => {
  expect(moduleText('go 1.26.0\nreplace k8s.io/api => ./staging/src/k8s.io/api\n', '1.36.3')).toContain(
    '\tk8s.io/api => k8s.io/api v0.36.3\n',
  );
});
