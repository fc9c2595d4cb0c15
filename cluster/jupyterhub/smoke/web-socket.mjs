// A WebSocket client (RFC 6455) for text messages. The build's Node is too old to bring one, and that one could not send
// the header `Authorization`.
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';

/** What the server proves with that it understood the handshake (RFC 6455, section 1.3). */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };

/**
 * Opens a connection.
 * @param url http address
 * @param onMessage gets each text message
 * @param onEnd is called once when the connection ends, with the reason
 * @returns `send(text)` and `close()`; rejects with an error that has the answer's `status` when it is no handshake
 */
export function openWebSocket(url, { headers, onMessage, onEnd, signal }) {
  const key = randomBytes(16).toString('base64');
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': key,
    'sec-websocket-version': '13',
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { ...headers, ...handshake }, signal });
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.resume();
      const message = `the WebSocket was answered with ${response.statusCode}`;
      reject(Object.assign(new Error(message), { status: response.statusCode }));
    });
    asked.on('upgrade', (response, socket, head) => {
      const proof = createHash('sha1').update(`${key}${magic}`).digest('base64');
      if (response.headers['sec-websocket-accept'] !== proof) {
        socket.destroy();
        reject(new Error('the handshake of the WebSocket is not one'));
        return;
      }
      const write = (opcode, payload) => socket.write(clientFrame(opcode, payload));
      const read = frameReader({
        onMessage,
        onPing: (payload) => write(opcodes.pong, payload),
        onClose: () => socket.end(),
      });
      socket.on('data', read);
      socket.on('error', (error) => onEnd(error.message));
      socket.on('close', () => onEnd('the connection was closed'));
      read(head);
      resolve({
        send: (text) => write(opcodes.text, Buffer.from(text)),
        close: () => {
          write(opcodes.close, Buffer.alloc(0));
          socket.end();
        },
      });
    });
    asked.end();
  });
}

/** One frame; what a client sends is masked (RFC 6455, section 5.3). */
function clientFrame(opcode, payload) {
  const mask = randomBytes(4);
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 10 : 2);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 127 : payload.length);
  if (long) head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4])]);
}

/** Takes bytes as they come and calls back for each whole message (RFC 6455, sections 5.2 and 5.4). */
function frameReader({ onMessage, onPing, onClose }) {
  let bytes = Buffer.alloc(0);
  let parts = [];
  const take = ({ opcode, final, payload }) => {
    if (opcode === opcodes.ping) onPing(payload);
    else if (opcode === opcodes.close) onClose();
    else if (opcode !== opcodes.pong) {
      parts.push(payload);
      if (!final) return;
      onMessage(Buffer.concat(parts).toString('utf8'));
      parts = [];
    }
  };
  return (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = firstFrame(bytes); frame !== undefined; frame = firstFrame(bytes)) {
      bytes = bytes.subarray(frame.end);
      take(frame);
    }
  };
}

/** The frame that the bytes begin with; undefined while it is not complete. */
function firstFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = head + length;
  if (bytes.length < end) return undefined;
  return { opcode: bytes[0] & 0x0f, final: (bytes[0] & 0x80) !== 0, payload: bytes.subarray(head, end), end };
}
