import { PROTOCOLS, portOrNameErrors } from './container.ts';
import { duplicate, type FieldError, invalid, nonNegative, oneOf, required } from './field-error.ts';
import { dnsLabel, portNumber } from './name-syntax.ts';
import { type Labels, labelErrors } from './object-meta.ts';

type ServiceSpec = {
  type?: string;
  clusterIP?: string;
  externalName?: string;
  selector?: Labels;
  sessionAffinity?: string;
  ports?: { name?: string; port?: number; targetPort?: number | string; nodePort?: number; protocol?: string }[];
};

/** k8s.io/kubernetes, pkg/apis/core/validation, `ValidateService`; node ports are allocated elsewhere (objects/apply.ts). */
export function serviceErrors(spec: ServiceSpec = {}): FieldError[] {
  const { ports = [], type } = spec;
  const names = new Set<string>();
  const portless = type === 'ExternalName' || spec.clusterIP === 'None';
  return [
    ...(ports.length === 0 && !portless ? [required('spec.ports')] : []),
    ...ports.flatMap(({ name = '', port = 0, targetPort, protocol, nodePort }, index) => {
      const path = `spec.ports[${index}]`;
      const repeated = name !== '' && names.has(name) ? [duplicate(`${path}.name`, name)] : [];
      names.add(name);
      return [
        ...(name === '' && ports.length > 1 ? [required(`${path}.name`)] : []),
        ...(name === '' ? [] : dnsLabel(name).map((each) => invalid(`${path}.name`, name, each))),
        ...repeated,
        ...portNumber(port).map((each) => invalid(`${path}.port`, port, each)),
        ...oneOf(`${path}.protocol`, protocol, PROTOCOLS),
        ...(targetPort === undefined ? [] : portOrNameErrors(`${path}.targetPort`, targetPort)),
        ...nonNegative(`${path}.nodePort`, nodePort),
      ];
    }),
    ...labelErrors('spec.selector', spec.selector),
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...oneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
  ];
}
