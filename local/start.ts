import type { SimulatedKey } from '../shared/carriers/simulated-carrier.ts';
import { WrongSettings } from '../shared/runtime/settings.ts';
import { DataFolderError } from './data-folder.ts';
import { type LocalRun, startLocalRun } from './run.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';

/** `npm start`: the whole pipeline on this machine. */
async function start(): Promise<void> {
  // The embedded table keeps many small buffers, each of which would hold on to 8 KB of Node's shared pool.
  Buffer.poolSize = 0;
  // Metrics go to CloudWatch by way of the log; here nobody reads them there.
  process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
  process.env.POWERTOOLS_LOG_LEVEL ??= 'ERROR';
  const settings = readLocalSettings(process.env);
  const run = await startLocalRun(settings);
  stopOnSignal(run.stop);
  for (const warning of run.warnings) console.error(`  Replies: ${warning}`);
  greet(settings, run);
  console.log(JSON.stringify(run.ready));
}

function greet(settings: LocalSettings, { ready: { http }, carriers }: LocalRun): void {
  const state = settings.STOPGATE_DATA_DIR ?? 'in memory (STOPGATE_DATA_DIR=folder keeps it)';
  console.log(`
  Stopgate runs on this machine.

    phones, live view   ${http}/
    API                 ${http}/v1                (authorization: Bearer ${settings.STOPGATE_API_TOKEN})
    state               ${state}

  The carriers' webhooks, and the keys to call them with (each can be set by the variable that it is named with):

${[...carriers].map(([name, { keys }]) => `    ${http}/webhooks/${name}\n${keys.map(keyLine).join('\n')}`).join('\n')}

  Ctrl-C ends it.
`);
}

const keyLine = ({ name, variable, value }: SimulatedKey): string => `      ${name}: ${value}   (${variable})`;

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    // A second Ctrl-C means: now.
    if (stopping) process.exit(130);
    stopping = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

start().catch((error: NodeJS.ErrnoException & { port?: number }) => {
  if (error instanceof WrongSettings || error instanceof DataFolderError) console.error(error.message);
  else if (error.code === 'EADDRINUSE') {
    console.error(
      `Port ${error.port} is taken. Choose others with PORT, STOPGATE_DYNAMODB_PORT and STOPGATE_SQS_PORT; 0 means any free one.`,
    );
  } else console.error('Stopgate could not start:', error);
  process.exit(1);
});
