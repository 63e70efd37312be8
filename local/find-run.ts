import type { AwsSettings } from '../shared/runtime/clients.ts';
import { WrongSettings } from '../shared/runtime/settings.ts';
import { readLocalSettings } from './settings.ts';

/** What the help of each command that works on a running `npm start` says of how it is found. */
export const HOW_IT_IS_FOUND = `It finds the run by the settings of "npm start": PORT, STOPGATE_DYNAMODB_PORT, STOPGATE_SQS_PORT and the carriers' keys.
Where those ports were 0, put the last line that "npm start" printed into STOPGATE_READY.`;

/** The command can't begin; the message says what to do. */
export class CannotBegin extends Error {
  override readonly name = 'CannotBegin';
}

/** A running `npm start`: where it listens. */
export interface LocalRun {
  readonly http: string;
  readonly dynamodb: string;
  readonly sqs: string;
  /** The carriers' keys, where its ready line was given. */
  readonly secrets?: Record<string, object>;
}

/**
 * The run that is meant, and that answers.
 * @throws CannotBegin where there is none; WrongSettings where its settings are wrong
 */
export async function findRun(environment: NodeJS.ProcessEnv): Promise<LocalRun> {
  const run = runOf(environment);
  for (const url of [`${run.http}/simulator/opt-out-lists`, run.dynamodb, run.sqs]) {
    await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => {
      throw new CannotBegin(`Nothing answers at ${url}. Is "npm start" running, with the same settings?`);
    });
  }
  return run;
}

function runOf(environment: NodeJS.ProcessEnv): LocalRun {
  const { STOPGATE_READY: ready } = environment;
  if (ready) {
    try {
      const { http, dynamodb, sqs, secrets } = JSON.parse(ready);
      if ([http, dynamodb, sqs].every((url) => URL.canParse(url))) return { http, dynamodb, sqs, secrets };
    } catch {
      // As wrong as a line without addresses.
    }
    throw new CannotBegin('STOPGATE_READY is not the last line that "npm start" printed.');
  }
  const { PORT, STOPGATE_DYNAMODB_PORT, STOPGATE_SQS_PORT } = readLocalSettings(environment);
  if ([PORT, STOPGATE_DYNAMODB_PORT, STOPGATE_SQS_PORT].includes(0))
    throw new CannotBegin('A port is 0: put the last line that "npm start" printed into STOPGATE_READY.');
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return { http: at(PORT), dynamodb: at(STOPGATE_DYNAMODB_PORT), sqs: at(STOPGATE_SQS_PORT) };
}

/** How the SDKs reach the embedded engines of a run. */
export const awsOf = ({ dynamodb, sqs }: LocalRun): AwsSettings => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  endpoints: { dynamodb, sqs, sns: sqs, sms: sqs },
});

/** Runs a command that works on a run. Its result is the exit code; 2 where it could not begin. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const expected = error instanceof CannotBegin || error instanceof WrongSettings;
    process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
    process.exitCode = expected ? 2 : 70;
  }
}
