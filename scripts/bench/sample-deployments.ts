import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/install.mjs';

const regions = ['us-west-2', 'us-east-1', 'eu-central-1', 'ap-southeast-2'];
const machines = ['m6a.large, m5a.large', 'm6a.2xlarge, m5a.2xlarge', 'm5a.4xlarge', 'r6a.2xlarge'];

/**
 * A valid declaration of about 60 lines. Neighbours differ in account, region, machines and profiles, as those of an
 * organization do.
 * @param index from 0; makes the name
 */
export function sampleDeployment(index: number): { name: string; text: string } {
  const name = `lab-${String(index).padStart(4, '0')}`;
  const region = regions[index % regions.length] ?? '';
  const account = String(100_000_000_000 + (index % 7));
  const [small = '', large = ''] = [machines[index % 2], machines[1 + (index % 3)]];
  const text = `# yaml-language-server: $schema=../../schemas/opensarlab.schema.json
---
# The lab of class ${index}
aws:
  account_id: "${account}"
  region: ${region}

parameters:
  cost_tag_key: osl-billing
  cost_tag_value: ${name}
  admin_user_name: admin${index}
  admin_email_address: admin${index}@example.org
  admin_email_address_sns_arn: arn:aws:ses:${region}:${account}:identity/example.org
  certificate_arn: arn:aws:acm:${region}:${account}:certificate/0a1b2c3d-1111-2222-3333-444455556666
  deployment_url: https://${name}.example.org   # no slash at the end
  az_suffix: ${index % 2 === 0 ? 'a' : 'b'}

nodes:
  - name: hub
    instance: t3a.xlarge, t3.xlarge
    min_number: 1
    max_number: 1
    node_policy: hub
    is_hub: true
  - name: small
    instance: ${small}
    min_number: 0
    max_number: ${5 + (index % 20)}
    node_policy: user
  - name: sar1
    instance: ${large}
    min_number: 0
    max_number: 20
    node_policy: user
    root_volume_size: 100

profiles:
  - name: Hello World
    description: JupyterLab on a small machine
    image_name: helloworld
    image_tag: "${(0xb1f4e84 + index).toString(16)}"
    node_name: small
    storage_capacity: 10Gi
    memory_limit: 3G
    hook_script: helloworld.sh
    default: true
  - name: SAR ${1 + (index % 3)}
    description: SAR processing for class ${index}
    image_name: sar
    image_tag: "${(0xb1f4e84 + index).toString(16)}"
    node_name: sar1
    storage_capacity: ${100 + (index % 4) * 100}Gi
    memory_guarantee: 6G
    memory_limit: 16G
    hook_script: sar.sh

groups:
  - name: Hello_World
    all_users: true
`;
  return { name, text };
}

/** Writes a checkout with this many deployments, and the images and hook scripts of this repository. */
export async function writeSampleCheckout(folder: string, count: number): Promise<void> {
  for (const path of ['images', 'cluster/jupyterhub/singleuser/hooks']) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  for (let index = 0; index < count; index++) {
    const { name, text } = sampleDeployment(index);
    await mkdir(join(folder, 'deployments', name), { recursive: true });
    await writeFile(join(folder, 'deployments', name, 'opensarlab.yaml'), text);
  }
}
