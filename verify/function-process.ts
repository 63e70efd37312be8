/** One function, wired as in Lambda, in a process of its own that can be killed. It works on one event at a time. */
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import { createInboundHandler } from '../functions/inbound/handler.ts';
import { inboundSettings, wireInbound } from '../functions/inbound/wire.ts';
import { createOutboundHandler } from '../functions/outbound/handler.ts';
import { outboundSettings, wireOutbound } from '../functions/outbound/wire.ts';
import { createRepliesHandler } from '../functions/replies/handler.ts';
import { repliesSettings, wireReplies } from '../functions/replies/wire.ts';
import { createContext } from '../local/invocation.ts';
import { fixedSecrets } from '../shared/runtime/secrets.ts';
import { readSettings } from '../shared/runtime/settings.ts';
import { lambdaSurroundings } from '../shared/runtime/surroundings.ts';
import { FUNCTIONS } from '../shared/runtime/topology.ts';
import { SECRETS } from './carriers.ts';
import type { HostedFunction, Invocation, InvocationResult } from './function-pool.ts';
import { saboteurNamed } from './saboteurs/saboteurs.ts';

const { VERIFY_FUNCTION, VERIFY_DOOR = '', VERIFY_SABOTEUR } = process.env;
const name = VERIFY_FUNCTION as HostedFunction;

let aheadMs = 0;
const clock = () => Date.now() + aheadMs;
/** Ages of the consent reads that let the messages of this invocation leave. Milliseconds. */
let consentAges: number[] = [];

const around = {
  ...lambdaSurroundings(name),
  aws: {
    region: 'us-east-1',
    credentials: { accessKeyId: 'verify', secretAccessKey: 'verify' },
    endpoints: { dynamodb: VERIFY_DOOR, sqs: VERIFY_DOOR, sns: VERIFY_DOOR, sms: VERIFY_DOOR },
  },
  clock,
  secrets: fixedSecrets(SECRETS),
};

const handle = createHandler();

process.on('message', (invocation: Invocation) => {
  aheadMs = invocation.aheadMs;
  consentAges = [];
  const context = createContext(name, FUNCTIONS[name].timeout);
  handle(invocation.event as never, context).then(
    (result) => process.send?.({ result, consentAges } satisfies InvocationResult),
    () => process.send?.({ failed: true, consentAges } satisfies InvocationResult),
  );
});
// Whoever runs this is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');

function createHandler(): (
  event: SQSEvent & APIGatewayProxyEventV2,
  context: ReturnType<typeof createContext>,
) => Promise<unknown> {
  const saboteur = VERIFY_SABOTEUR ? saboteurNamed(VERIFY_SABOTEUR) : undefined;
  switch (name) {
    case 'inbound': {
      const ports = wireInbound(readSettings(inboundSettings, process.env), around);
      return createInboundHandler(saboteur?.inbound?.(ports) ?? ports);
    }
    case 'replies':
      return createRepliesHandler(wireReplies(readSettings(repliesSettings, process.env), around));
    case 'outbound': {
      const settings = readSettings(outboundSettings, process.env);
      const ports = wireOutbound(settings, around);
      const measured = {
        ...ports,
        measure: (_name: string, milliseconds: number) => {
          consentAges.push(milliseconds);
        },
      };
      return createOutboundHandler(saboteur?.outbound?.(measured, { settings, around }) ?? measured);
    }
  }
}
