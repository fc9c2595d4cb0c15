import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Failure } from '../../failure.ts';
import type { MachineImages } from '../../ports/machine-images.ts';
import { callAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to the public parameters of AWS Systems Manager (AWS Systems Manager user guide, "Public parameters"). */
export function connectMachineImages(settings: ClientSettings, counter: CallCounter): MachineImages {
  const client = counted(new SSMClient(settings), counter);
  return {
    recommended: async (parameter) => {
      const found = await callAws(`look up the machine image ${parameter}`, () =>
        client.send(new GetParametersCommand({ Names: [parameter] })),
      );
      const image = found.Parameters?.[0]?.Value;
      if (image !== undefined) return image;
      throw new Failure({
        code: 'NoMachineImage',
        source: 'aws',
        message: `AWS has no machine image ${parameter} in ${settings.region}.`,
        hint: 'Look at kubernetes in cluster/versions.yaml.',
      });
    },
  };
}
