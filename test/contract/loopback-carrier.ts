import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a carrier does once it has read a request whole. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A carrier on loopback that does what a test tells it to, and keeps every request. */
export interface LoopbackCarrier {
  readonly url: string;
  readonly received: Received[];
  behaviour: Behaviour;
  close(): Promise<void>;
}

export async function startLoopbackCarrier(): Promise<LoopbackCarrier> {
  const carrier = { received: [] as Received[], behaviour: ((response) => response.end()) as Behaviour };
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url = '', headers } = request;
    carrier.received.push({ method, path: url, headers, body: Buffer.concat(pieces).toString('utf8') });
    carrier.behaviour(response, request);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(carrier, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** An address of this machine at which nobody listens. */
export async function nobodyListening(): Promise<string> {
  const carrier = await startLoopbackCarrier();
  await carrier.close();
  return carrier.url;
}

export const answers =
  (status: number, body = '', headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Reads the request, then says nothing. */
export const staysSilent: Behaviour = () => {};
/** Reads the request, then ends the connection. */
export const hangsUp: Behaviour = (_, request) => request.socket.destroy();
/** Reads the request, then ends the connection as if it had never been (TCP's RST). */
export const resets: Behaviour = (_, request) => request.socket.resetAndDestroy();

/** Promises more than it sends, then ends the connection. */
export const isCutAfter =
  (body: string): Behaviour =>
  (response, request) => {
    response.writeHead(200, { 'content-length': String(body.length + 1_000) });
    response.write(body, () => request.socket.destroy());
  };

/** Begins an answer that it never ends. */
export const neverEndsAfter =
  (body: string): Behaviour =>
  (response) => {
    response.writeHead(200).write(body);
  };
