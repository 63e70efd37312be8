import { useId, useState } from 'react';
import { carrierTitle, MAIN_SENDERS, shortCarrierTitle } from '../cast.ts';
import { type BehaviourChange, changeCarrier } from '../state/calls.ts';
import { useModel, usePart } from '../state/page-model.ts';
import type { CarrierState } from '../wire.ts';
import { plural } from '../words.ts';

const SLOW_MS = 3_000;

/** Shown from the start: the carriers of the senders that stand side by side. */
const MAIN_CARRIERS: ReadonlySet<string> = new Set(MAIN_SENDERS.map(({ carrier }) => carrier));

const isOdd = ({ delayMs, error, dropAnswer }: Pick<CarrierState, 'delayMs' | 'error' | 'dropAnswer'>): boolean =>
  delayMs > 0 || error !== null || dropAnswer;

export function Carriers() {
  const { carriers } = usePart('totals');
  const [shown, setShown] = useState<ReadonlySet<string>>(MAIN_CARRIERS);
  const toggle = (name: string): void =>
    setShown((before) => new Set(before.has(name) ? [...before].filter((one) => one !== name) : [...before, name]));
  return (
    <section className="carriers" aria-labelledby="carriers-title">
      <div className="section-head">
        <h2 id="carriers-title">Make a carrier misbehave</h2>
        <p>Each switch changes how a simulated carrier treats the next sends.</p>
      </div>
      <fieldset className="carrier-choice">
        <legend className="unseen">Carriers to show</legend>
        {carriers.map((carrier) => (
          <button
            key={carrier.carrier}
            type="button"
            className={isOdd(carrier) ? 'pill odd' : 'pill'}
            aria-pressed={shown.has(carrier.carrier)}
            onClick={() => toggle(carrier.carrier)}
          >
            {shortCarrierTitle(carrier.carrier)}
            {isOdd(carrier) && <span className="unseen">, told to misbehave</span>}
          </button>
        ))}
      </fieldset>
      <div className="carrier-grid">
        {carriers.length === 0 && <p className="panel quiet">The carriers show up here once the page is connected.</p>}
        {carriers.length > 0 && shown.size === 0 && <p className="panel quiet">Choose a carrier above.</p>}
        {carriers
          .filter(({ carrier }) => shown.has(carrier))
          .map((carrier) => (
            <CarrierCard key={carrier.carrier} carrier={carrier} />
          ))}
      </div>
    </section>
  );
}

function CarrierCard({ carrier: known }: { carrier: CarrierState }) {
  const { store } = useModel();
  const [problem, setProblem] = useState('');
  /** What was switched and is not confirmed yet: a switch has to move under the finger. */
  const [asked, setAsked] = useState<BehaviourChange>({});
  const carrier = { ...known, ...asked };
  const { abilities, carrier: name } = carrier;
  const change = (what: BehaviourChange): void => {
    setProblem('');
    setAsked((before) => ({ ...before, ...what }));
    changeCarrier(name, what)
      .then(
        (shown) => store.setCarrier(shown),
        (error: Error) => setProblem(error.message),
      )
      .finally(() => setAsked({}));
  };
  const odd = isOdd(carrier);
  const otherError = carrier.error !== null && carrier.error !== abilities.optedOutError;
  return (
    <section className={odd ? 'carrier panel odd' : 'carrier panel'} aria-label={carrierTitle(name)}>
      <header>
        <h3>{carrierTitle(name)}</h3>
        {odd ? (
          <button type="button" className="link" onClick={() => change({ delayMs: 0, error: null, dropAnswer: false })}>
            Back to normal
          </button>
        ) : (
          <span className="state">Behaves well</span>
        )}
      </header>
      <Switch
        label="Is slow"
        on={carrier.delayMs > 0}
        onChange={(on) => change({ delayMs: on ? SLOW_MS : 0 })}
        text="Answers after three seconds. The queue fills, and a STOP that comes meanwhile still holds back what waits."
      />
      <Switch
        label="Says “opted out”"
        on={carrier.error !== null}
        disabled={abilities.optedOutError === null && carrier.error === null}
        onChange={(on) => change({ error: on ? abilities.optedOutError : null })}
        text={
          otherError
            ? `Answers ${carrier.error} to every send, as somebody has told it to.`
            : abilities.optedOutError === null
              ? 'SNS has no such answer: it takes the message and says nothing.'
              : 'Its own list knew first. The message fails, and the opt-out is written down here, too.'
        }
      />
      <Switch
        label="Drops the answer"
        on={carrier.dropAnswer}
        onChange={(dropAnswer) => change({ dropAnswer })}
        text="Takes the message, then hangs up. The handset has it, but we never hear: it is Unknown, and is not sent twice."
      />
      <Switch
        label="Sends receipts"
        on={carrier.receipts}
        disabled={!abilities.reports}
        onChange={(receipts) => change({ receipts })}
        text={
          abilities.reports
            ? `Sent becomes Delivered, and Unknown is settled. ${carrier.heldReceipts > 0 ? `${plural(carrier.heldReceipts, 'receipt')} held back until you do.` : 'Held back while off.'}`
            : 'SNS tells only CloudWatch Logs what became of a message.'
        }
      />
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function Switch(props: {
  label: string;
  text: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}) {
  const id = useId();
  return (
    <div className={props.disabled ? 'switch-row disabled' : 'switch-row'}>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        className="switch"
        checked={props.on}
        disabled={props.disabled}
        aria-describedby={`${id}-text`}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <p id={`${id}-text`}>{props.text}</p>
    </div>
  );
}
