import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Ready } from '../local/run.ts';
import manifest from '../package.json' with { type: 'json' };

const ROOT = new URL('..', import.meta.url);
const run = promisify(execFile);

/** On free ports, and with the state in memory, so that it meets no other run. */
const ENVIRONMENT = { PORT: '0', STOPGATE_DYNAMODB_PORT: '0', STOPGATE_SQS_PORT: '0', STOPGATE_DATA_DIR: '' };

export interface StartedRun {
  readonly ready: Ready;
  /** Resident memory of the process. Megabytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the command of `npm start`, without npm around it, until it says that it is ready. */
export async function startLocalRun(): Promise<StartedRun> {
  const [, ...args] = manifest.scripts.start.split(' ');
  const child = spawn(process.execPath, args, options(false));
  return {
    ...(await untilReady(child)),
    memory: () => memoryOf(child),
    stop: () => stop(child, () => child.kill('SIGINT')),
  };
}

/**
 * Runs `npm start` just as people do, and ends it as soon as it is ready.
 * @returns milliseconds until it was
 */
export async function npmStart(): Promise<number> {
  const start = performance.now();
  // In a group of its own, so that Ctrl-C can be sent to npm and to what npm started alike.
  const child = spawn('npm', ['start'], options(true));
  try {
    await untilReady(child);
    return performance.now() - start;
  } finally {
    await stop(child, () => process.kill(-(child.pid as number), 'SIGINT'));
  }
}

const options = (detached: boolean): SpawnOptions => ({
  cwd: ROOT,
  env: { ...process.env, ...ENVIRONMENT },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached,
});

async function untilReady(child: ChildProcess): Promise<{ ready: Ready }> {
  if (!child.stdout) throw new Error('Nothing can be read from the run');
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('{"ready":true')) continue;
    child.stdout.resume();
    return { ready: JSON.parse(line) };
  }
  throw new Error('The local run ended before it was ready');
}

function stop(child: ChildProcess, signal: () => void): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signal();
  return ended;
}

async function memoryOf({ pid }: ChildProcess): Promise<number> {
  // `ps` is on every system but the smallest Linux images, which have /proc.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  const kibibytes = status
    ? /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]
    : (await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout;
  return (Number(kibibytes) * 1_024) / 1_000_000;
}
