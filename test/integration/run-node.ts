import { spawn } from 'node:child_process';

/** Runs one of the project's commands as `npm run` does, without npm, and waits for its end. */
export async function runNode(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn('node', args, {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => out.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => err.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: out.join(''), err: err.join('') };
}
