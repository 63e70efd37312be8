import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { FIRST_SENDER, HANDSETS, SENDERS, senderOf, shortCarrierTitle } from '../cast.ts';
import { sendCampaign } from '../state/calls.ts';
import { newCampaignId } from '../state/campaign-id.ts';
import { usePart } from '../state/page-model.ts';
import { plural, showCount } from '../words.ts';

const MOST = 10_000;
/** Stands in the form until somebody writes another. */
const textFrom = (sender: string): string =>
  `${senderOf(sender)?.brand ?? 'We'}: free delivery until Sunday. Reply STOP to opt out.`;

const PRESETS = [100, 1_000, 10_000];

interface Sending {
  readonly campaignId: string;
  readonly count: number;
  readonly startedAt: number;
  readonly problem?: string;
}

export function CampaignForm() {
  const connection = usePart('connection');
  const id = useId();
  const [from, setFrom] = useState(FIRST_SENDER);
  const [recipients, setRecipients] = useState<readonly string[]>(HANDSETS.map(({ number }) => number));
  const [count, setCount] = useState(HANDSETS.length);
  const [body, setBody] = useState(textFrom(FIRST_SENDER));
  const [category, setCategory] = useState<'promotional' | 'transactional'>('promotional');
  const [sending, setSending] = useState<Sending>();
  const [queueing, setQueueing] = useState(false);

  const valid = Number.isInteger(count) && count >= 1 && count <= MOST;
  const madeUp = valid ? Math.max(0, count - recipients.length) : 0;
  const toHandsets = valid ? Math.min(count, recipients.length) : recipients.length;

  const chooseSender = (sender: string): void => {
    if (body === textFrom(from)) setBody(textFrom(sender));
    setFrom(sender);
  };
  const toggle = (number: string): void => {
    const next = recipients.includes(number) ? recipients.filter((other) => other !== number) : [...recipients, number];
    // While only handsets are meant, the count goes along.
    if (count === recipients.length) setCount(Math.max(1, next.length));
    setRecipients(next);
  };

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!valid || body.trim() === '') return;
    const campaignId = newCampaignId();
    setSending({ campaignId, count, startedAt: Date.now() });
    setQueueing(true);
    try {
      const ordered = HANDSETS.map(({ number }) => number).filter((number) => recipients.includes(number));
      await sendCampaign({ from, body, count, recipients: ordered, category, campaignId });
    } catch (error) {
      setSending({ campaignId, count, startedAt: Date.now(), problem: (error as Error).message });
    } finally {
      setQueueing(false);
    }
  };

  return (
    <form className="campaign panel" onSubmit={(event) => void submit(event)} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Send messages</h2>
      <div className="field">
        <label htmlFor={`${id}-from`}>From</label>
        <select id={`${id}-from`} value={from} onChange={(event) => chooseSender(event.target.value)}>
          {SENDERS.map(({ number, brand, carrier }) => (
            <option key={number} value={number}>
              {brand} {number.slice(-4)} by {shortCarrierTitle(carrier)}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="field">
        <legend>To</legend>
        <div className="pills">
          {HANDSETS.map(({ name, number }) => (
            <label key={number} className="pill">
              <input type="checkbox" checked={recipients.includes(number)} onChange={() => toggle(number)} />
              {name}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="field">
        <label htmlFor={`${id}-count`}>Messages in all</label>
        <div className="count">
          <input
            id={`${id}-count`}
            type="number"
            inputMode="numeric"
            min={1}
            max={MOST}
            value={Number.isNaN(count) ? '' : count}
            onChange={(event) => setCount(event.target.valueAsNumber)}
            aria-describedby={`${id}-count-hint`}
            aria-invalid={!valid}
          />
          {PRESETS.map((preset) => (
            <button
              key={preset}
              type="button"
              className="preset"
              aria-pressed={count === preset}
              onClick={() => setCount(preset)}
            >
              {showCount(preset)}
            </button>
          ))}
        </div>
        <p className={valid ? 'field-hint' : 'field-hint problem'} id={`${id}-count-hint`}>
          {!valid && `From 1 to ${showCount(MOST)}.`}
          {valid && madeUp === 0 && `${plural(toHandsets, 'message')}, to the handsets.`}
          {valid &&
            madeUp > 0 &&
            toHandsets > 0 &&
            `${showCount(toHandsets)} to the handsets, ${showCount(madeUp)} to made-up numbers.`}
          {valid && madeUp > 0 && toHandsets === 0 && 'All to made-up numbers.'}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-body`}>Text</label>
        <textarea
          id={`${id}-body`}
          rows={3}
          required
          maxLength={1_600}
          value={body}
          onChange={(event) => setBody(event.target.value)}
          aria-describedby={`${id}-body-hint`}
        />
        <p className="field-hint" id={`${id}-body-hint`}>
          {plural([...body].length, 'character')} of 1,600
        </p>
      </div>
      <fieldset className="field">
        <legend>Category</legend>
        <div className="pills">
          {(['promotional', 'transactional'] as const).map((kind) => (
            <label key={kind} className="pill">
              <input
                type="radio"
                name={`${id}-category`}
                checked={category === kind}
                onChange={() => setCategory(kind)}
              />
              {kind === 'promotional' ? 'Promotional' : 'Transactional'}
            </label>
          ))}
        </div>
        <p className="field-hint">An opt-out stops either kind.</p>
      </fieldset>
      <button
        type="submit"
        className="button button-main button-wide"
        disabled={!valid || body.trim() === '' || queueing || connection !== 'open'}
      >
        {queueing ? 'Putting them on the queue' : `Send ${valid ? plural(count, 'message') : 'messages'}`}
      </button>
      {sending && <Progress key={sending.campaignId} sending={sending} />}
    </form>
  );
}

/** How far the campaign is, and what came of it. */
function Progress({ sending }: { sending: Sending }) {
  const campaign = usePart('totals').campaigns.find(({ campaignId }) => campaignId === sending.campaignId);
  const [seconds, setSeconds] = useState<number>();
  const counts = campaign ?? { sent: 0, refused: 0, failed: 0, unknown: 0, queued: 0 };
  const done = counts.sent + counts.refused + counts.failed + counts.unknown;
  const finished = done >= sending.count;
  const settled = useRef(false);
  useEffect(() => {
    if (finished && !settled.current) {
      settled.current = true;
      setSeconds((Date.now() - sending.startedAt) / 1_000);
    }
  }, [finished, sending.startedAt]);

  if (sending.problem && done === 0) {
    return (
      <p className="problem" role="alert">
        {sending.problem}
      </p>
    );
  }
  const parts = [
    { name: 'sent', value: counts.sent, tone: 'accent' },
    { name: 'refused', value: counts.refused, tone: 'stop' },
    { name: 'failed', value: counts.failed, tone: 'stop-soft' },
    { name: 'unknown', value: counts.unknown, tone: 'unsure' },
  ].filter(({ value }) => value > 0);
  const percent = Math.floor((100 * done) / sending.count);
  return (
    <div className="progress">
      <div
        className="bar"
        role="progressbar"
        aria-label="Campaign"
        aria-valuemin={0}
        aria-valuemax={sending.count}
        aria-valuenow={done}
        aria-valuetext={`${percent} per cent`}
      >
        {parts.map(({ name, value, tone }) => (
          <span key={name} className={`bar-part bar-${tone}`} style={{ width: `${(100 * value) / sending.count}%` }} />
        ))}
      </div>
      <p>
        {parts.map(({ name, value }) => `${showCount(value)} ${name}`).join(', ') || 'On the queue'}
        {!finished && done > 0 && ` of ${showCount(sending.count)}`}
        {finished && seconds !== undefined && ` in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`}
      </p>
    </div>
  );
}
