import { useState } from 'react';
import { FIRST_SENDER, HANDSETS } from '../cast.ts';
import { sendCampaign } from '../state/calls.ts';
import { newCampaignId } from '../state/campaign-id.ts';
import { useModel, usePart } from '../state/page-model.ts';
import { CheckIcon } from './icons.tsx';

const WEEKEND_SALE = 'Acme: 20% off everything this weekend. Reply STOP to opt out.';
const LAST_CALL = 'Acme: last call, the sale ends tonight. Reply STOP to opt out.';

const campaignToAll = (body: string) =>
  sendCampaign({
    from: FIRST_SENDER,
    body,
    count: HANDSETS.length,
    recipients: HANDSETS.map(({ number }) => number),
    category: 'promotional',
    campaignId: newCampaignId(),
  });

/** Three steps that show what this is about. They can be done by hand just as well; the guide notices. */
export function Guide() {
  const guide = usePart('guide');
  const connection = usePart('connection');
  const { text } = useModel();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const ana = HANDSETS[0]?.number ?? '';

  const steps = [
    {
      title: 'Send a campaign',
      text: 'From Acme 0100, to all three handsets.',
      done: guide.sent,
      action: 'Send it',
      act: () => campaignToAll(WEEKEND_SALE),
    },
    {
      title: 'Text STOP',
      text: 'Heard, remembered, answered.',
      done: guide.stopped,
      action: 'STOP from Ana',
      act: () => text(ana, FIRST_SENDER, 'STOP'),
    },
    {
      title: 'Send again',
      text: 'Ana is left alone; the list says why.',
      done: guide.refused,
      action: 'Send again',
      act: () => campaignToAll(LAST_CALL),
    },
  ];
  const next = steps.findIndex(({ done }) => !done);

  const run = (act: () => Promise<unknown>): void => {
    setProblem('');
    setBusy(true);
    act()
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };

  return (
    <section className="guide panel" aria-labelledby="guide-title">
      <h2 id="guide-title">{next < 0 ? 'That is the whole idea' : 'Try this'}</h2>
      <ol>
        {steps.map((step, index) => (
          <li
            key={step.title}
            className={step.done ? 'done' : index === next ? 'next' : ''}
            aria-current={index === next ? 'step' : undefined}
          >
            <span className="step-number" aria-hidden="true">
              {step.done ? <CheckIcon /> : index + 1}
            </span>
            <div>
              <h3>
                {step.title}
                {step.done && <span className="unseen"> (done)</span>}
              </h3>
              <p>{step.text}</p>
            </div>
            <button
              type="button"
              className={index === next ? 'button button-main' : 'button'}
              disabled={busy || connection !== 'open'}
              onClick={() => run(step.act)}
            >
              {step.action}
            </button>
          </li>
        ))}
      </ol>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {next < 0 && (
        <p className="guide-more">
          Now let Ana text <b>START</b> and come back; let Ben write <b>“STOP PLEASE”</b>, which is not sure enough to
          act on; let a carrier drop its answer; or send ten thousand.
        </p>
      )}
    </section>
  );
}
