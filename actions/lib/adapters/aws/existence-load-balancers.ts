import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck } from './existence-check.ts';

/** Elastic Load Balancing's error for one kind: its modelled name and its code on the wire. */
function missing(kind: 'LoadBalancer' | 'TargetGroup' | 'Listener'): string[] {
  return [`${kind}NotFoundException`, `${kind}NotFound`];
}

/** Whether load balancers, their parts and their certificates are there, by ARN. */
export function loadBalancerChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const client = counted(new ElasticLoadBalancingV2Client(settings), counter);
  const certificates = counted(new ACMClient(settings), counter);
  return {
    'AWS::CertificateManager::Certificate': describing('certificate', ['ResourceNotFoundException'], (arn) =>
      certificates.send(new DescribeCertificateCommand({ CertificateArn: arn })),
    ),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': describing('load balancer', missing('LoadBalancer'), (arn) =>
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
    ),
    'AWS::ElasticLoadBalancingV2::TargetGroup': describing('target group', missing('TargetGroup'), (arn) =>
      client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })),
    ),
    'AWS::ElasticLoadBalancingV2::Listener': describing(
      'listener',
      [...missing('Listener'), ...missing('LoadBalancer')],
      (arn) => client.send(new DescribeListenersCommand({ ListenerArns: [arn] })),
    ),
  };
}
