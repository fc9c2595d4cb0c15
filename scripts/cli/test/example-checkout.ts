import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { root as repository } from '../../setup/install.mjs';
import { type CommandRun, createCheckout } from './temporary-checkout.ts';

/** A whole checkout with one deployment, `sar`, made of the example; removed when the test ends. */
export type ExampleCheckout = {
  folder: string;
  /** Runs `opensarlab <argv>` on this checkout, in this process. */
  run(...argv: string[]): Promise<CommandRun>;
  write(path: string, content: string): Promise<void>;
};

/** @param options.deployment false: the checkout has no deployment yet */
export async function exampleCheckout({ deployment = true } = {}): Promise<ExampleCheckout> {
  const checkout = await createCheckout();
  onTestFinished(() => checkout.close());
  await cp(join(repository, 'cluster'), join(checkout.folder, 'cluster'), { recursive: true });
  if (deployment) {
    const example = await readFile(join(repository, 'deployments/_example/opensarlab.yaml'), 'utf8');
    const declaration = example.replace('cost_tag_value: example', 'cost_tag_value: sar');
    await checkout.write('deployments/sar/opensarlab.yaml', declaration);
  }
  return { folder: checkout.folder, write: checkout.write, run: (...argv) => checkout.run(argv) };
}
