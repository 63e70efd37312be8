import { WrongSettings } from '../shared/runtime/settings.ts';
import { DataFolderError } from './data-folder.ts';
import { startLocalRun } from './run.ts';
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
  greet(settings, run.ready.http);
  console.log(JSON.stringify(run.ready));
}

function greet(settings: LocalSettings, http: string): void {
  const state = settings.STOPGATE_DATA_DIR ?? 'in memory (STOPGATE_DATA_DIR=folder keeps it)';
  console.log(`
  Stopgate runs on this machine.

    phones, live view   ${http}/
    Twilio webhook      ${http}/webhooks/twilio   (auth token: ${settings.STOPGATE_TWILIO_AUTH_TOKEN})
    API                 ${http}/v1                (authorization: Bearer ${settings.STOPGATE_API_TOKEN})
    state               ${state}

  Ctrl-C ends it.
`);
}

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
