import type { ServiceModule } from '../service.ts';
import type { OperationSchema, ServiceSchemas } from './operation-schema.ts';
import type { WireReply, WireRequest } from './wire.ts';

/** An error on its way to the client. */
export type WireError = {
  /** As the client's model names the exception, or a code that the model does not know. */
  code: string;
  /** What the query protocols put into `Code`. */
  queryCode: string;
  message: string;
  status: number;
};

/** What a codec needs to know besides the message itself. */
export type Exchange = { service: ServiceModule; requestId: string };

/** One wire protocol, seen from the server. */
export type Codec = {
  /** The name of the operation that a request asks for; undefined when it asks for none that the model has. */
  route(request: WireRequest, schemas: ServiceSchemas, service: ServiceModule): string | undefined;
  /** @throws AwsError when the request cannot be read */
  decode(request: WireRequest, operation: OperationSchema, service: ServiceModule): Record<string, unknown>;
  encode(output: Readonly<Record<string, unknown>>, operation: OperationSchema, exchange: Exchange): WireReply;
  encodeError(error: WireError, exchange: Exchange): WireReply;
};

/** Query protocols tell whose fault an error is. */
export const faultOf = (error: WireError): 'Sender' | 'Receiver' => (error.status < 500 ? 'Sender' : 'Receiver');

/** The XML namespace of a query service: as stated, or made from its API version. */
export function xmlNamespaceOf({ xmlNamespace, signingName }: ServiceModule): string | undefined {
  if (xmlNamespace === undefined || xmlNamespace.includes('://')) return xmlNamespace;
  return `http://${signingName}.amazonaws.com/doc/${xmlNamespace}/`;
}
