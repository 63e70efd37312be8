/** What the commands of this folder share: how they are called wrongly, and how they print. */
import { once } from 'node:events';

/** A command was called in a way that it doesn't understand. The message says how to do better. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** A reader that closes the pipe early (`| head`) has seen enough. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** Prints, and waits while the reader is slower than we are. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Runs a command. Its result is the exit code; a wrong call or wrong input exits with 2. */
export async function run(command: (args: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    const expected = error instanceof Error && (error.name === 'WrongUsage' || error.name === 'WrongCorpus');
    process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
    process.exitCode = expected ? 2 : 70;
  }
}
