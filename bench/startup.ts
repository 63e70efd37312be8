import type { Figure, Row } from './figure.ts';
import { spreadOf } from './harness.ts';
import { npmStart } from './local-run.ts';

const STARTS = 5;

/** How long somebody waits who types `npm start`. */
export const startup: Figure = {
  name: 'startup',
  about: '`npm start`, from Enter to the line that says ready',
  async measure(progress): Promise<Row[]> {
    const seconds: number[] = [];
    for (let start = 1; start <= STARTS; start += 1) {
      progress(`start ${start} of ${STARTS}`);
      seconds.push((await npmStart()) / 1_000);
    }
    return [{ name: 'ready', unit: 's', value: spreadOf(seconds), limit: { of: 'value', atMost: 3 } }];
  },
};
