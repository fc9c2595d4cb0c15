import { noteAsked } from './asked-operation.ts';
import { type RequestRetries, type RequestWaiting, requestRetries, silentWaiting } from './request-retries.ts';

/** Keys of a user or of a role's session; clients ask for new ones shortly before `expiration`. */
export type SessionCredentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

/** Fixed credentials, or a function that gets fresh ones when they run out. */
export type Credentials = SessionCredentials | (() => Promise<SessionCredentials>);

/** What every client is made with. The SDK itself takes the endpoint from AWS_ENDPOINT_URL, if that is set. */
export type ClientSettings = {
  region: string;
  credentials: Credentials;
  /** By which requests are sent again, of all clients together. */
  retryStrategy: RequestRetries;
  requestHandler: { connectionTimeout: number; requestTimeout: number };
};

/** Counts the requests that clients send, retries included. */
export type CallCounter = { count: number };

/** The part of an SDK client that takes middleware. */
type CountableClient = {
  middlewareStack: {
    add(
      middleware: <Input, Output>(
        next: (args: Input) => Promise<Output>,
        context: { clientName?: string; commandName?: string },
      ) => (args: Input) => Promise<Output>,
      options: { step: 'finalizeRequest'; name: string; priority: 'low' },
    ): void;
  };
};

/**
 * Settings for one region; a request may take 30 s, and is sent again as {@link requestRetries} says.
 * @param waiting default: the machine's time, without a word
 */
export function clientSettings(
  region: string,
  credentials: Credentials,
  waiting: RequestWaiting = silentWaiting,
): ClientSettings {
  return { ...withoutCredentials(region, waiting), credentials };
}

/** The same for requests that are not signed. */
export function withoutCredentials(region: string, waiting: RequestWaiting): Omit<ClientSettings, 'credentials'> {
  return {
    region,
    retryStrategy: requestRetries(waiting),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
  };
}

/**
 * Makes the client count what it sends, and keep with an error what was asked. The step `finalizeRequest` runs once per
 * attempt below the retries, and sees errors as they are thrown.
 * @returns the same client
 */
export function counted<Client extends CountableClient>(client: Client, counter: CallCounter): Client {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) =>
      async (args) => {
        counter.count += 1;
        try {
          return await next(args);
        } catch (error) {
          const [service, operation] = [clientName.replace(/Client$/, ''), commandName.replace(/Command$/, '')];
          noteAsked(error, { service, operation });
          throw error;
        }
      },
    { step: 'finalizeRequest', name: 'countCalls', priority: 'low' },
  );
  return client;
}
