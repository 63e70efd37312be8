import { spawn } from 'node:child_process';

/** What came of a command. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the folder tools/ as `npm run` does, in a process of its own. */
export function runTool(name: 'corpus' | 'classify', args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`tools/${name}/index.ts`, ...args], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
    child.stdin.end(input);
  });
}
