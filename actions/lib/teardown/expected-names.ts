import type { Deployment } from '../deployment/deployment.ts';
import { physicalNames } from '../deployment/names.ts';
import type { ResourceIdentity } from '../ports/existence.ts';

/** CloudFormation types of the names that can be asked for by name alone, by the beginning of the name's id. */
const types: readonly { id: RegExp; type: string }[] = [
  { id: /^eks-cluster$/, type: 'AWS::EKS::Cluster' },
  { id: /^user-pool-domain$/, type: 'AWS::Cognito::UserPoolDomain' },
  { id: /^access-role$/, type: 'AWS::IAM::Role' },
  { id: /^bucket-/, type: 'AWS::S3::Bucket' },
  { id: /^code-/, type: 'AWS::CodeCommit::Repository' },
  { id: /^build-/, type: 'AWS::CodeBuild::Project' },
  { id: /^pipeline-/, type: 'AWS::CodePipeline::Pipeline' },
  { id: /^ecr-/, type: 'AWS::ECR::Repository' },
  { id: /^log-/, type: 'AWS::Logs::LogGroup' },
];

/** What would have the deployment's names, whether or not it exists: proof by name, for a second run after the stacks. */
export function expectedNames(deployment: Deployment): ResourceIdentity[] {
  return physicalNames(deployment).flatMap(({ id, name }) => {
    const type = types.find((entry) => entry.id.test(id))?.type;
    return type === undefined ? [] : [{ type, physicalId: name }];
  });
}
