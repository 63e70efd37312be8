import type { Line } from './history.ts';
import { IN_FLIGHT_MS } from './judges/no-message-after-stop.ts';
import type { Ages, Report } from './verify.ts';

/** Whether every promise was kept, and the freshness of consent too. */
export const isKept = (report: Report): boolean => wrongs(report).length === 0;

/** What is wrong with a run, in words. A promise that was put to no test was not kept, but not looked at. */
function wrongs({ promises, ageMeasured, notDrained }: Report): string[] {
  const broken = promises.some(({ breaches }) => breaches > 0);
  const unjudged = promises.filter(({ judged }) => judged === 0).map(({ promise }) => promise);
  return [
    ...(broken ? ['A promise was broken.'] : []),
    ...(unjudged.length > 0 ? [`There was no case of: ${unjudged.join(', ')}. Run it longer.`] : []),
    ...(ageMeasured.max > IN_FLIGHT_MS ? [`A message left more than ${IN_FLIGHT_MS} ms after its consent read.`] : []),
    ...(notDrained ? ['The queues were not empty in the end.'] : []),
  ];
}

/** For people. */
export function toText(report: Report): string {
  const { promises, sends, accepted, optOuts, deferred, answers, faults, kills, killsNotMet } = report;
  const count = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, times]) => `${name} ${times}`)
      .join(', ');
  return [
    ...promises.map(
      ({ promise, cases, judged, breaches }) =>
        `${breaches === 0 ? 'kept  ' : 'BROKEN'}  ${promise.padEnd(30)}  ${String(judged).padStart(6)} ${cases}${breaches === 0 ? '' : `, ${breaches} breaches`}`,
    ),
    '',
    `${sends} sends and ${optOuts} opt-outs judged; carriers accepted ${accepted}; ${deferred} texts waited on the retry queue`,
    `webhooks answered: ${count(answers)}`,
    `age of the consent read, as the function measures it: ${ages(report.ageMeasured)}; at most ${IN_FLIGHT_MS} ms`,
    `age of the consent read, at the wire: ${ages(report.ageAtWire)}`,
    `longest stall of this machine: ${report.longestStallMs} ms (what this machine held up is given that much more time)`,
    `faults: ${count(faults)}`,
    `killed: ${count(kills)}`,
    ...(killsNotMet.length > 0 ? [`not killed, since nobody came there: ${killsNotMet.join(', ')}`] : []),
    ...report.firstBreaches.flatMap(({ promise, recipient, about, what, lines }) => [
      '',
      `${promise}: ${about} ${what}. Recipient ${recipient}, the lines that show it:`,
      ...inOrder(lines).map((line) => `  ${JSON.stringify(line)}`),
    ]),
    '',
    isKept(report)
      ? `All promises kept, seed ${report.seed}.`
      : `${wrongs(report).join(' ')} Again: ${againOf(report)}`,
  ].join('\n');
}

/** The command that generates the same, and lets the same fail. */
function againOf({ seed, seconds, tableDownSeconds, bothDownSeconds, saboteur }: Report): string {
  const outages = `--table-down ${tableDownSeconds} --both-down ${bothDownSeconds}`;
  return `npm run verify -- --seed ${seed} --seconds ${seconds} ${outages}${saboteur ? ` --saboteur ${saboteur}` : ''}`;
}

const ages = ({ count, median, p99, max }: Ages): string =>
  `median ${median} ms, p99 ${p99} ms, max ${max} ms (${count} sends)`;

/** By time; what the table says in the end comes last. */
const inOrder = (lines: readonly Line[]): Line[] =>
  [...lines].sort((one, other) => ('at' in one ? one.at : Infinity) - ('at' in other ? other.at : Infinity));
