import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A carrier with Twilio's API that takes everything, and keeps nothing. */
export interface CountingCarrier {
  /** For `carriersUrl`. */
  readonly url: string;
  close(): void;
}

/** @param accept is told from whom each message comes, and to whom it goes */
export async function startCountingCarrier(accept: (from: string, to: string) => void): Promise<CountingCarrier> {
  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      const parameters = new URLSearchParams(body);
      accept(parameters.get('From') ?? '', parameters.get('To') ?? '');
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"sid":"SM0","status":"queued"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
