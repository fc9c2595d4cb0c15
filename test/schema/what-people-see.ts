import { readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { estimateCost } from '../../actions/lib/cost/cost-estimate.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { type DeploymentReading, readDeployment } from '../../actions/lib/deployment/read-deployment.ts';
import { renderCost } from '../../actions/lib/report/cost-report.ts';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { renderOverlay } from '../../actions/lib/stacks/render.ts';
import { declaredTeardown } from '../../actions/lib/teardown/declared-teardown.ts';
import { catalogueSources, repositoryText } from '../fixtures/example-deployment.ts';
import type { Json } from './field-variations.ts';

const sources = catalogueSources();

/** The day on which the declarations are read. */
const today = '2027-01-15';

/** Reads a declaration as JSON, which is YAML in which no text is ambiguous. */
export function readJson(declaration: Json): DeploymentReading {
  const text = JSON.stringify(declaration, undefined, 1);
  return readDeployment({
    ...{ file: 'opensarlab.yaml', text, name: 'frozen', today },
    ...{ images: ['helloworld', 'sar'], hooks: ['helloworld.sh', 'sar.sh'] },
  });
}

type Lab = DeploymentReading & { deployment: Deployment };

/** What a declaration leads to, the quickest to work out first. */
const views: readonly ((lab: Lab) => unknown)[] = [
  ({ diagnostics }) => diagnostics.map(({ code, message }) => `${code} ${message}`),
  ({ deployment }) => configurationOf(deployment),
  ({ deployment }) => renderCost(estimateCost(deployment, { versions: sources.versions })),
  ({ deployment }) => keptAtTeardown(deployment),
  ({ deployment }) => stacksOf(deployment, sources),
];

/** Tells whether findings, configuration, cost, teardown or stacks of another declaration are other ones. */
export function differsFrom(lab: Lab): (other: Lab) => boolean {
  const before = views.map((view) => {
    let text: string | undefined;
    return () => {
      text ??= JSON.stringify(view(lab));
      return text;
    };
  });
  return (other) => views.some((view, index) => JSON.stringify(view(other)) !== before[index]?.());
}

/** The rendered files without those that only repeat the declaration and the stacks. */
function configurationOf(deployment: Deployment): unknown {
  const { container, cluster } = renderOverlay(deployment, { stacks: [], versions: sources.versions, declaration: '' });
  const files = [...container, ...cluster];
  return files.map(({ path, text }) => (path === 'opensarlab/values.yaml' ? readByHub(text) : text));
}

function keptAtTeardown(deployment: Deployment): unknown {
  const { goes, stays, refusals } = declaredTeardown(deployment.name, deployment);
  return [goes, stays, refusals];
}

const hubFolder = 'cluster/jupyterhub/hub/opensarlab_hub';

/** Keys below `custom` that the hub's own configuration reads; the chart itself reads none of them. */
const readKeys = new Set(
  readdirSync(hubFolder)
    .filter((name) => name.endsWith('.py'))
    .flatMap((name) => [...repositoryText(`${hubFolder}/${name}`).matchAll(/\bcustom\.get\("(\w+)"\)/g)])
    .map(([, key]) => key),
);

/** The hub's values without what nobody reads. */
function readByHub(text: string): unknown {
  const { custom, ...values } = load(text) as { custom: Record<string, unknown> };
  return [values, Object.entries(custom).filter(([key]) => readKeys.has(key))];
}
