import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import {
  FIRST_SENDER,
  FURTHER_SENDERS,
  MAIN_SENDERS,
  type Handset as Owner,
  SENDERS,
  type Sender,
  shortCarrierTitle,
} from '../cast.ts';
import { useModel, usePart } from '../state/page-model.ts';
import type { ThreadItem } from '../state/threads.ts';
import type { SenderConsent } from '../wire.ts';
import { nameScope, nameSender, showNumber, showShortTime, showTime } from '../words.ts';
import { ConsentSign, SendIcon } from './icons.tsx';

const QUICK_TEXTS = ['STOP', 'START', 'HELP', 'see you this weekend'];
const BRANDS = [...new Set(MAIN_SENDERS.map(({ brand }) => brand))];

/** How many received messages of a thread came after it was last looked at. */
const countUnread = (items: readonly ThreadItem[], seenAt: string): number =>
  items.filter((item) => item.kind === 'bubble' && item.direction === 'received' && item.at > seenAt).length;

export function Handset({ owner }: { owner: Owner }) {
  const { text } = useModel();
  const threads = usePart('threads')[owner.number] ?? {};
  const consent = usePart('consent')[owner.number];
  const [chosen, setChosen] = useState(FIRST_SENDER);
  const [draft, setDraft] = useState('');
  const [seen, setSeen] = useState<Readonly<Record<string, string>>>({});
  const [openedAt] = useState(() => new Date().toISOString());
  const root = useRef<HTMLElement>(null);
  const id = useId();
  const sender = SENDERS.find(({ number }) => number === chosen) ?? (SENDERS[0] as Sender);
  const items = threads[chosen] ?? [];
  const lastAt = items.at(-1)?.at;

  useEffect(() => {
    if (lastAt !== undefined) setSeen((before) => ({ ...before, [chosen]: lastAt }));
  }, [chosen, lastAt]);

  // Turns to the thread in which something came in, unless somebody is busy with this handset.
  const newest = newestUnread(threads, chosen, seen, openedAt);
  useEffect(() => {
    const busy = draft !== '' || root.current?.contains(document.activeElement);
    if (newest !== undefined && !busy) setChosen(newest);
  }, [newest, draft]);

  const send = (body: string): void => {
    if (body.trim() === '') return;
    void text(owner.number, chosen, body);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send(draft);
    setDraft('');
  };

  return (
    <article className="handset" ref={root} aria-label={`${owner.name}'s handset`}>
      <header className="owner">
        <h3>{owner.name}</h3>
        <p>{showNumber(owner.number)}</p>
      </header>
      <div className="device">
        <div className="screen">
          <fieldset className="senders">
            <legend className="unseen">Sender that {owner.name} looks at, and whether it may text</legend>
            {BRANDS.map((brand) => (
              <div className="brand" key={brand}>
                <span className="brand-name" aria-hidden="true">
                  {brand}
                </span>
                <div className="brand-senders">
                  {MAIN_SENDERS.filter((other) => other.brand === brand).map((other) => (
                    <SenderChoice
                      key={other.number}
                      name={`${id}-sender`}
                      sender={other}
                      consent={consent?.[other.number]}
                      checked={other.number === chosen}
                      unread={
                        other.number === chosen
                          ? 0
                          : countUnread(threads[other.number] ?? [], seen[other.number] ?? openedAt)
                      }
                      onChoose={() => setChosen(other.number)}
                    />
                  ))}
                </div>
              </div>
            ))}
            <FurtherSenders owner={owner} chosen={chosen} onChoose={setChosen} />
          </fieldset>
          <ConsentLine owner={owner} sender={sender} consent={consent?.[chosen]} />
          <Conversation owner={owner} sender={sender} items={items} />
          {sender.hears ? (
            <div className="composer">
              <div className="quick">
                {QUICK_TEXTS.map((word) => (
                  <button
                    key={word}
                    type="button"
                    onClick={() => send(word)}
                    aria-label={`${owner.name} texts “${word}” to ${nameSender(chosen)}`}
                  >
                    {word}
                  </button>
                ))}
              </div>
              <form className="typing" onSubmit={submit}>
                <label className="unseen" htmlFor={`${id}-text`}>
                  {owner.name}'s text to {nameSender(chosen)}
                </label>
                <input
                  id={`${id}-text`}
                  value={draft}
                  onChange={(event) => setDraft(event.target.value)}
                  placeholder={`Text ${nameSender(chosen)}`}
                  maxLength={1_600}
                  autoComplete="off"
                  enterKeyHint="send"
                />
                <button type="submit" disabled={draft.trim() === ''} aria-label="Send">
                  <SendIcon />
                </button>
              </form>
            </div>
          ) : (
            <p className="send-only">
              SNS only sends: nobody can text back to this sender. An opt-out reaches it where it covers the whole
              account.
            </p>
          )}
        </div>
      </div>
    </article>
  );
}

/** The other thread in which the latest unread message stands. */
function newestUnread(
  threads: Readonly<Record<string, readonly ThreadItem[]>>,
  chosen: string,
  seen: Readonly<Record<string, string>>,
  openedAt: string,
): string | undefined {
  let found: string | undefined;
  let latest = '';
  for (const [sender, items] of Object.entries(threads)) {
    const last = items.findLast((item) => item.kind === 'bubble' && item.direction === 'received');
    if (sender !== chosen && last && last.at > (seen[sender] ?? openedAt) && last.at > latest) {
      found = sender;
      latest = last.at;
    }
  }
  return found;
}

function SenderChoice(props: {
  name: string;
  sender: Sender;
  consent: SenderConsent | undefined;
  checked: boolean;
  unread: number;
  onChoose: () => void;
}) {
  const { sender, consent, checked, unread } = props;
  const open = consent?.consent !== 'opted-out';
  const spoken = [
    `${nameSender(sender.number)} by ${shortCarrierTitle(sender.carrier)}`,
    consent ? (open ? 'open' : 'closed') : 'consent not known yet',
    unread > 0 ? `${unread} unread` : '',
  ];
  return (
    <label className={`sender-choice${checked ? ' chosen' : ''}`} title={spoken.filter(Boolean).join(', ')}>
      <input
        type="radio"
        name={props.name}
        checked={checked}
        onChange={props.onChoose}
        aria-label={spoken.filter(Boolean).join(', ')}
      />
      {consent ? <ConsentSign open={open} /> : <span className="sign sign-unread" />}
      <span className="sender-digits">{sender.number.slice(-4)}</span>
      {unread > 0 && <span className="badge">{unread > 9 ? '9+' : unread}</span>}
    </label>
  );
}

/** The senders by further carriers: too many to stand side by side. */
function FurtherSenders({
  owner,
  chosen,
  onChoose,
}: {
  owner: Owner;
  chosen: string;
  onChoose: (sender: string) => void;
}) {
  if (FURTHER_SENDERS.length === 0) return null;
  const isChosen = FURTHER_SENDERS.some(({ number }) => number === chosen);
  return (
    <select
      className={isChosen ? 'further-senders chosen' : 'further-senders'}
      value={isChosen ? chosen : ''}
      onChange={(event) => onChoose(event.target.value)}
      aria-label={`Sender by a further carrier that ${owner.name} looks at`}
      title="Senders by further carriers"
    >
      <option value="" disabled>
        By another carrier
      </option>
      {FURTHER_SENDERS.map(({ number, carrier }) => (
        <option key={number} value={number}>
          {number.slice(-4)} by {shortCarrierTitle(carrier)}
        </option>
      ))}
    </select>
  );
}

function ConsentLine({ owner, sender, consent }: { owner: Owner; sender: Sender; consent: SenderConsent | undefined }) {
  const closed = consent?.consent === 'opted-out';
  return (
    <div className={`consent-line ${closed ? 'is-closed' : consent ? 'is-open' : ''}`}>
      <p className="consent-who">
        <strong>{nameSender(sender.number)}</strong> <span>by {shortCarrierTitle(sender.carrier)}</span>
      </p>
      <p className="consent-what">
        {!consent && 'Consent not read yet'}
        {consent &&
          !closed &&
          (consent.since
            ? `Open: ${owner.name} opted in at ${showTime(consent.since)}`
            : `Open: may text ${owner.name}`)}
        {closed &&
          `Closed since ${showTime(consent.since ?? '')}${consent.scope === sender.number ? '' : `, with ${nameScope(consent.scope ?? '*')}`}`}
      </p>
    </div>
  );
}

function Conversation({ owner, sender, items }: { owner: Owner; sender: Sender; items: readonly ThreadItem[] }) {
  const list = useRef<HTMLOListElement>(null);
  const last = items.at(-1);
  const lastKey = last && `${last.key}${last.kind === 'note' ? last.count : ''}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows what is new at its end
  useEffect(() => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [lastKey, sender.number]);

  if (items.length === 0) {
    return (
      <div className="conversation empty">
        <p>
          Nothing between {owner.name} and {nameSender(sender.number)} yet.
          {sender.hears ? ' Send a campaign, or text first.' : ' Send a campaign from it.'}
        </p>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <ol className="conversation" ref={list} tabIndex={0} aria-label={`${owner.name} and ${nameSender(sender.number)}`}>
      {items.map((item) => (
        <Item key={item.key} item={item} />
      ))}
    </ol>
  );
}

function Item({ item }: { item: ThreadItem }) {
  if (item.kind === 'note') {
    return (
      <li className={`note note-${item.tone}`}>
        <span>
          {item.text}
          {item.count > 1 && <b> ×{item.count}</b>}
        </span>
      </li>
    );
  }
  return (
    <li className={`bubble bubble-${item.direction} bubble-${item.state}`}>
      <p>{item.body}</p>
      <time dateTime={item.at}>
        {item.state === 'lost'
          ? 'Not taken by the pipeline'
          : item.state === 'sending'
            ? 'Sending'
            : showShortTime(item.at)}
      </time>
    </li>
  );
}
