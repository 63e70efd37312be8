import { SABOTEURS } from '../../verify/saboteurs/saboteurs.ts';
import type { Report } from '../../verify/verify.ts';
import { runNode } from './run-node.ts';

/** Longer than any run takes, however busy the machine is. */
const PATIENCE_MS = 600_000;

async function verify(...flags: (string | number)[]): Promise<{ code: number | null; report: Report }> {
  const { code, out, err } = await runNode(['verify/index.ts', '--json', ...flags.map(String)]);
  if (code !== 0 && code !== 1) throw new Error(`verify ended with ${code}:\n${err}`);
  return { code, report: JSON.parse(out) };
}

const brokenIn = ({ promises }: Report) => promises.flatMap(({ promise, breaches }) => (breaches > 0 ? [promise] : []));

test(
  'the pipeline keeps its promises under faults, with the table down and then the queues too',
  async () => {
    const { code, report } = await verify('--seed', 1, '--seconds', 8, '--table-down', 2, '--both-down', 2);

    expect(report.firstBreaches).toEqual([]);
    expect(code).toBe(0);
    expect(report.promises.filter(({ judged }) => judged === 0)).toEqual([]);
    // While the table was down texts waited on the queue; while that was down too, carriers were told to try again.
    expect(report.deferred).toBeGreaterThan(0);
    expect(report.answers['503']).toBeGreaterThan(0);
    expect(report.ageMeasured.max).toBeLessThanOrEqual(250);
  },
  PATIENCE_MS,
);

/** By turns, each with a seed of its own: what meets what is up to the scheduler, and a short run may be too short. Seconds. */
const RUNS = [5, 10, 15, 30];

test.each(SABOTEURS)(
  'the checker notices within $withinSeconds s who $about',
  async ({ name, breaks, withinSeconds }) => {
    let ran = 0;
    for (const [seed, seconds] of RUNS.entries()) {
      if (ran + seconds > withinSeconds) break;
      ran += seconds;
      const { code, report } = await verify('--seed', seed + 1, '--seconds', seconds, '--saboteur', name);
      if (!brokenIn(report).includes(breaks)) continue;
      expect(code).toBe(1);
      const shown = report.firstBreaches.find(({ promise }) => promise === breaks);
      // The shortest history that shows it.
      expect(shown?.lines.length).toBeGreaterThan(0);
      expect(shown?.lines.length).toBeLessThan(15);
      return;
    }
    throw new Error(`${name} was not noticed in ${ran} s`);
  },
  PATIENCE_MS,
);
