import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A data folder that can't be used, with what to do about it. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * Takes a data folder for this run alone: two runs would ruin each other's state.
 * @returns the function that gives it back. A run that was killed does not, but then its process is gone, which counts
 * @throws DataFolderError where the folder can't be written, or another run has it
 */
export function takeDataFolder(path: string): () => void {
  const lock = join(path, 'stopgate.pid');
  try {
    mkdirSync(path, { recursive: true });
    const owner = ownerOf(lock);
    if (owner !== undefined && isRunning(owner)) {
      throw new DataFolderError(
        `Another run (process ${owner}) has the folder of STOPGATE_DATA_DIR. End it, or name another.`,
      );
    }
    writeFileSync(lock, String(process.pid));
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new DataFolderError(`The folder of STOPGATE_DATA_DIR can't be written (${code}). Name one that can.`);
  }
  return () => rmSync(lock, { force: true });
}

function ownerOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
