import { createServer } from 'node:http';
import { type Listening, listenOnLoopback } from './loopback.ts';

/**
 * A carrier with Twilio's API that takes everything, and keeps nothing; its address is for `carriersUrl`.
 * @param accept is told from whom each message comes, and to whom it goes
 */
export async function startCountingCarrier(accept: (from: string, to: string) => void): Promise<Listening> {
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
  return listenOnLoopback(server);
}
