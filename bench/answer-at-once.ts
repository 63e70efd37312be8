import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

const BATCH_OF_NOTHING = '{"Responses":{},"UnprocessedKeys":{}}';
const PUBLISHED =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult><ResponseMetadata><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata></PublishResponse>';
const CREATED = '{"sid":"SM00000000000000000000000000000000","status":"queued","error_code":null}';

function answerTo(url: string, headers: IncomingHttpHeaders): { type: string; status: number; body: string } {
  const target = headers['x-amz-target'];
  if (target === 'DynamoDB_20120810.BatchGetItem') return json(BATCH_OF_NOTHING);
  if (target) return json('{}');
  if (url.endsWith('/Messages.json')) return { type: 'application/json', status: 201, body: CREATED };
  return { type: 'text/xml', status: 200, body: PUBLISHED };
}

const json = (body: string) => ({ type: 'application/x-amz-json-1.0', status: 200, body });

/**
 * DynamoDB, SQS, SNS and Twilio at one address, which answer at once whatever they are asked: every write is written,
 * nothing is known of anybody, every message is accepted. They keep nothing.
 * @param delayMs how long to let the caller wait all the same, as a network would
 */
export async function startAnsweringAtOnce(delayMs = 0): Promise<{ readonly url: string; close(): void }> {
  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    const { type, status, body } = answerTo(request.url ?? '', request.headers);
    const answer = () =>
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    request.resume().once('end', () => (delayMs > 0 ? setTimeout(answer, delayMs) : answer()));
  });
  return listenOnLoopback(server);
}
