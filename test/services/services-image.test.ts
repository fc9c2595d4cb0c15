import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { notificationObjects } from '../../actions/lib/stacks/render.ts';
import { readVersions } from '../../actions/lib/stacks/versions.ts';
import { deploymentOf, exampleText, repositoryText } from '../fixtures/example-deployment.ts';

type Manifest = { kind: string; metadata: { name: string; namespace: string }; spec: Record<string, unknown> };

const manifests = loadAll(repositoryText('cluster/services/notifications.yaml')) as Manifest[];
const deployment = manifests.find(({ kind }) => kind === 'Deployment');

describe('the notifications in Kubernetes', () => {
  it('are one deployment behind one service, and everything is in the namespace of the services', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'NetworkPolicy', 'NetworkPolicy']);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['services']));
  });

  it('run as a user without rights, on a read-only file system, within limits', () => {
    expect(deployment?.spec).toMatchObject({
      template: {
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              image: 'SERVICES_IMAGE',
              readinessProbe: { httpGet: { path: '/health' } },
              livenessProbe: { httpGet: { path: '/health' } },
              resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    });
  });

  it('reach DNS and https outside, never addresses of the network', () => {
    const [everything, own] = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec);
    expect(everything).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(own).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        { ports: [{ port: 53 }, { port: 53 }] },
        {
          to: [{ ipBlock: { cidr: '0.0.0.0/0', except: expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']) } }],
          ports: [{ port: 443 }],
        },
      ],
    });
  });

  it('get the declared calendar, whatever characters it has, and nothing without one', () => {
    const address = 'https://calendar.example.org/a.ics?x=1&y=|2|';
    const example = deploymentOf(exampleText);
    const items = (ical_url: string | undefined) => {
      const { ical_url: _, ...parameters } = example.parameters;
      return notificationObjects({ parameters: { ...parameters, ...(ical_url === undefined ? {} : { ical_url }) } });
    };
    expect(items(address)).toMatchObject({ items: [{ kind: 'Namespace' }, { data: { ICAL_URL: address } }] });
    expect(items(undefined)).toMatchObject({ items: [{ kind: 'Namespace' }, { kind: 'ConfigMap', data: {} }] });
  });
});

describe('the services’ image', () => {
  it('has the packages of the lock file that the tests run with', () => {
    type Lock = { packages: Record<string, { version: string; integrity: string } | undefined> };
    const own = JSON.parse(repositoryText('cluster/services/package-lock.json')) as Lock;
    const all = JSON.parse(repositoryText('package-lock.json')) as Lock;
    const names = Object.keys(own.packages).filter((name) => name !== '');
    expect(names).toContain('node_modules/node-ical');
    for (const name of names) expect(own.packages[name]?.integrity, name).toBe(all.packages[name]?.integrity);
  });

  it('needs nothing of the repository but its own folder, and has no tests', () => {
    const folder = fileURLToPath(new URL('../../cluster/services/', import.meta.url));
    const sources = globSync('**/*.ts', { cwd: folder, exclude: ['node_modules/**'] });
    expect(sources.filter((file) => file.endsWith('.test.ts'))).toEqual([]);
    for (const file of sources) {
      const imports = [...repositoryText(`cluster/services/${file}`).matchAll(/ from '([^']+)'/g)].map(
        ([, name]) => name,
      );
      for (const name of imports) expect(name).toMatch(/^(\.\/[a-z-]+\.ts|node:[a-z]+|node-ical)$/);
    }
  });

  it('starts from the pinned image of Node', () => {
    const { version } = readVersions(repositoryText('cluster/versions.yaml')).images.node;
    expect(repositoryText('cluster/services/Dockerfile')).toContain(`ARG BASE=${version}\n`);
  });
});
