import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  /** The operation by AWS's JSON protocols, `AmazonSQS.SendMessage` say. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it says its type
  readonly body: any;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** An AWS service on loopback: keeps what it is asked and answers what a test tells it to. */
export interface LoopbackService {
  readonly url: string;
  readonly calls: Call[];
  answer: (call: Call) => Answer | Promise<Answer>;
  close(): Promise<void>;
}

export async function startLoopbackService(): Promise<LoopbackService> {
  const service = {
    calls: [] as Call[],
    answer: (_: Call): Answer | Promise<Answer> => ({ status: 200, body: {} }),
  };
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const call: Call = {
      target: String(request.headers['x-amz-target']),
      headers: request.headers,
      body: JSON.parse(Buffer.concat(pieces).toString('utf8')),
    };
    service.calls.push(call);
    const { status, body } = await service.answer(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(service, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
