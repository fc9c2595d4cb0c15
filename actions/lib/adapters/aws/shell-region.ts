import { STSClient } from '@aws-sdk/client-sts';

/**
 * The region of the shell, as the SDK finds it: AWS_REGION, else that of the profile in the shared configuration; and
 * AWS_DEFAULT_REGION, which the AWS CLI knows and the SDK does not.
 * @returns undefined when there is none
 */
export async function shellRegion(): Promise<string | undefined> {
  const variable = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (variable) return variable;
  const client = new STSClient({});
  try {
    return await client.config.region();
  } catch {
    // "Region is missing": the SDK has no other failure here, and the caller asks for one.
    return undefined;
  } finally {
    client.destroy();
  }
}
