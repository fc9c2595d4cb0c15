import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** What the server proves with that it understood the handshake (RFC 6455, section 1.3). */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const CLOSE = 8;

/**
 * Accepts a WebSocket (RFC 6455, section 4.2.2) and answers text messages; a message here is one frame.
 * @param key the request's `Sec-WebSocket-Key`
 * @param answer texts to send back for a text
 */
export function acceptWebSocket(socket: Duplex, key: string, answer: (text: string) => string[]): void {
  const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = firstFrame(bytes); frame !== undefined; frame = firstFrame(bytes)) {
      bytes = bytes.subarray(frame.end);
      if (frame.opcode === CLOSE) socket.end(serverFrame(CLOSE, Buffer.alloc(0)));
      if (frame.opcode !== TEXT) continue;
      for (const text of answer(frame.payload.toString())) socket.write(serverFrame(TEXT, Buffer.from(text)));
    }
  });
  // A client that is gone is nobody's concern here.
  socket.on('error', () => socket.destroy());
}

/** A server's frames are not masked (RFC 6455, section 5.1). */
function serverFrame(opcode: number, payload: Buffer): Buffer {
  const isShort = payload.length <= 125;
  const head = Buffer.alloc(isShort ? 2 : 4);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(isShort ? payload.length : 126, 1);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

type Frame = { opcode: number; payload: Buffer; end: number };

/** The masked frame that the bytes begin with (RFC 6455, section 5.2); undefined while it is not complete. */
function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head + 4) return undefined;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = head + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(head, head + 4);
  const payload = bytes.subarray(head + 4, end).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return { opcode: bytes.readUInt8(0) & 0x0f, payload: Buffer.from(payload), end };
}
