// Has a kernel of a user's server compute something, as a notebook does: the kernel is made through Jupyter Server's REST
// API and answers through its WebSocket (Jupyter Server, "The REST API" and "WebSocket kernel wire protocols"; Jupyter
// client, "Messaging in Jupyter").
import { randomUUID } from 'node:crypto';
import { Again, until } from './patience.mjs';
import { openWebSocket } from './web-socket.mjs';

const question = 'print(6*7)';
const answer = '42';

/**
 * @param api of `hubApi`; its token needs `access:servers` for the user
 * @param milliseconds for the whole
 * @throws Error when no kernel starts, or it says something else
 */
export async function askKernel(api, user, milliseconds, signal) {
  const kernels = `/user/${encodeURIComponent(user)}/api/kernels`;
  const end = Date.now() + milliseconds;
  const left = () => Math.max(end - Date.now(), 0);
  const id = await until(
    'Making a kernel',
    left(),
    async () => {
      const { status, body } = await api.ask('POST', kernels, {});
      if (status !== 201 || typeof body?.id !== 'string')
        throw new Error(`making a kernel was answered with ${status}`);
      return body.id;
    },
    signal,
  );
  const url = `${api.base}${kernels}/${encodeURIComponent(id)}/channels?session_id=${randomUUID()}`;
  const said = await until(
    'Asking a kernel',
    left(),
    () => ask(url, api.headers.authorization, left(), signal),
    signal,
  );
  if (said.trim().split(/\s+/).at(-1) !== answer)
    throw new Error(`the kernel said ${JSON.stringify(said)} to ${question}`);
}

/** What the kernel prints. */
async function ask(url, authorization, milliseconds, signal) {
  const header = {
    msg_id: randomUUID(),
    session: randomUUID(),
    username: '',
    msg_type: 'execute_request',
    version: '5.3',
  };
  const content = { code: question, silent: false, store_history: false, allow_stdin: false, stop_on_error: true };
  const limit = AbortSignal.timeout(milliseconds);
  const { promise, resolve, reject } = deferred();
  // Whoever fails first is what counts; a reason after the answer is none.
  promise.catch(() => undefined);
  let printed = '';
  const onMessage = (text) => {
    const message = JSON.parse(text);
    if (message.parent_header?.msg_id !== header.msg_id) return;
    if (message.header.msg_type === 'stream') printed += message.content.text;
    if (message.header.msg_type === 'error')
      reject(new Error(`the kernel failed: ${message.content.ename}: ${message.content.evalue}`));
    if (message.header.msg_type === 'status' && message.content.execution_state === 'idle') resolve(printed);
  };
  limit.addEventListener('abort', () =>
    reject(new Error(`the kernel did not answer within ${Math.round(milliseconds / 1000)} s`)),
  );
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  const socket = await openWebSocket(url, {
    headers: { authorization },
    onMessage,
    onEnd: (reason) => reject(new Again(`of the kernel's WebSocket: ${reason}`)),
    signal: limit,
  }).catch((error) => {
    throw error.status !== undefined && error.status < 500 ? error : new Again(error.message);
  });
  try {
    socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] }));
    return await promise;
  } finally {
    socket.close();
  }
}

function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
