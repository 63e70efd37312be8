import { parseArgs } from 'node:util';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { createSqs } from '../shared/runtime/clients.ts';
import { DEAD_LETTER_REASON } from '../shared/runtime/queue.ts';
import { awsOf, CannotBegin, findRun, HOW_IT_IS_FOUND, runCommand } from './find-run.ts';
import { queueNameOf } from './provision.ts';

const HELP = `Says why the dead letters of a running "npm start" died, and puts them back on their queue. In AWS the commands in the
stack's outputs do it (HowToRedriveOutbound, HowToRedriveInbound).

  npm run redrive -- outbound          messages that producers queued
  npm run redrive -- inbound           what recipients texted, and receipts
  npm run redrive -- outbound --list   says why they died, and moves nothing

  --list   as above
  --json   the counts, for programs
  --help   this text

Nothing is sent twice by it: a message that was sent is known by its id. What can't be parsed dies again, so mend it first.
Replies lapse after five minutes: there is nothing to redrive.

${HOW_IT_IS_FOUND}

Exit code: 0 done, even if there was nothing to do; 1 some could not be moved and are dead letters still; 2 the command was
called wrongly, or no run was found.
`;

const QUEUES = ['outbound', 'inbound'] as const;
/** SQS hands out ten at once. */
const BATCH = 10;
/** While this command has them, nobody else gets them. Seconds. */
const HIDDEN_SECONDS = 30;

interface Redriven {
  readonly moved: number;
  readonly failed: number;
  /** How many died of what. */
  readonly reasons: Readonly<Record<string, number>>;
}

function readArguments(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { list: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    const queue = QUEUES.find((name) => name === positionals[0]);
    if (!values.help && (!queue || positionals.length > 1)) throw new Error('Name one queue: outbound or inbound.');
    return { ...values, queue: queue ?? 'outbound' };
  } catch (error) {
    throw new CannotBegin(`${(error as Error).message}\n\n${HELP}`);
  }
}

/** Each dead letter that is there now, once: what dies meanwhile is left for the next time. */
async function* deadLetters(sqs: SQSClient, QueueUrl: string): AsyncGenerator<Message> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  for (let left = Number(Attributes?.ApproximateNumberOfMessages); left > 0; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(BATCH, left),
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return;
    left -= Messages.length;
    yield* Messages;
  }
}

async function move(sqs: SQSClient, message: Message, from: string, to: string): Promise<true> {
  const { Body, MessageAttributes, ReceiptHandle } = message;
  // Sent, then deleted: whoever is killed in between leaves it twice, which its id makes harmless, and never loses it.
  await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body, MessageAttributes }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
  return true;
}

async function redrive(sqs: SQSClient, queue: (typeof QUEUES)[number], isToMove: boolean): Promise<Redriven> {
  const [to = '', from = ''] = await Promise.all(
    [queueNameOf(queue), queueNameOf(queue, 'dead letters')].map(
      async (QueueName) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl,
    ),
  );
  const reasons: Record<string, number> = {};
  const stay: Message[] = [];
  let moved = 0;
  for await (const message of deadLetters(sqs, from)) {
    const reason =
      message.MessageAttributes?.[DEAD_LETTER_REASON]?.StringValue ?? 'the function ended before it could say';
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    const isMoved = isToMove && (await move(sqs, message, from, to).catch(() => false));
    if (isMoved) moved += 1;
    else stay.push(message);
    if (process.stderr.isTTY) process.stderr.write(`\r${moved} moved`);
  }
  if (process.stderr.isTTY && moved > 0) process.stderr.write('\r\x1b[K');
  for (const { ReceiptHandle } of stay) {
    const seen = new ChangeMessageVisibilityCommand({ QueueUrl: from, ReceiptHandle, VisibilityTimeout: 0 });
    await sqs.send(seen).catch(() => {});
  }
  return { moved, failed: isToMove ? stay.length : 0, reasons };
}

async function main(): Promise<number> {
  const { queue, list, json, help } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const sqs = createSqs(awsOf(await findRun(process.env)));
  const { moved, failed, reasons } = await redrive(sqs, queue, !list);
  sqs.destroy();
  if (json) {
    process.stdout.write(`${JSON.stringify({ queue, moved, failed, reasons })}\n`);
    return failed > 0 ? 1 : 0;
  }
  const byReason = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  if (byReason.length === 0) process.stdout.write(`No dead letters on ${queue}.\n`);
  else process.stdout.write(`Dead letters on ${queue}, and why:\n`);
  for (const [reason, count] of byReason) process.stdout.write(`${String(count).padStart(6)}  ${reason}\n`);
  if (moved > 0) process.stdout.write(`Put back on ${queue}: ${moved}\n`);
  if (failed > 0) process.stderr.write(`NOT MOVED: ${failed}. They are dead letters still; run it again.\n`);
  return failed > 0 ? 1 : 0;
}

await runCommand(main);
