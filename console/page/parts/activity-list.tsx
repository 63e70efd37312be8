import { memo, type ReactNode, useState } from 'react';
import { FILTERS, type Filter, filterOf, type Row } from '../state/activity.ts';
import { usePart } from '../state/page-model.ts';
import { nameRecipient, nameScope, nameSender, plural, showCount, showReason, showTime } from '../words.ts';
import {
  CheckIcon,
  ConsentSign,
  EarIcon,
  HandIcon,
  PaperPlaneIcon,
  QuestionIcon,
  QueueIcon,
  ReplyIcon,
  WarningIcon,
} from './icons.tsx';

const FILTER_NAMES: Readonly<Record<Filter, string>> = {
  all: 'All',
  heard: 'Heard',
  refused: 'Refused',
  sent: 'Sent',
  trouble: 'Trouble',
};
const ROWS_SHOWN = 80;

export function ActivityList() {
  const rows = usePart('activity');
  const [filter, setFilter] = useState<Filter>('all');
  const shown = (filter === 'all' ? rows : rows.filter((row) => filterOf(row) === filter)).slice(0, ROWS_SHOWN);
  return (
    <section className="activity panel" aria-labelledby="activity-title">
      <h2 id="activity-title">What happened, and why</h2>
      <fieldset className="filters">
        <legend className="unseen">Show</legend>
        {FILTERS.map((name) => (
          <label key={name} className="filter">
            <input type="radio" name="activity-filter" checked={filter === name} onChange={() => setFilter(name)} />
            {FILTER_NAMES[name]}
          </label>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <p className="quiet">
          {filter === 'all'
            ? 'Nothing yet. Send a campaign or text from a handset, and each step is told here.'
            : 'Nothing of this kind yet.'}
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
        <ol className="rows" tabIndex={0} aria-label="Latest first">
          {shown.map((row) => (
            <ShownRow key={row.key} row={row} />
          ))}
        </ol>
      )}
    </section>
  );
}

interface Told {
  readonly tone: 'go' | 'stop' | 'unsure' | 'accent' | 'plain';
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly detail?: ReactNode;
}

const ShownRow = memo(function ShownRow({ row }: { row: Row }) {
  const { tone, icon, title, detail } = tell(row);
  return (
    <li className={`row tone-${tone}`}>
      <span className="row-icon">{icon}</span>
      <div>
        <p className="row-title">{title}</p>
        {detail && <p className="row-detail">{detail}</p>}
      </div>
      <time dateTime={row.at}>{showTime(row.at)}</time>
    </li>
  );
});

const VERDICTS = { act: 'acted on', review: 'put up for review', leave: 'left alone' } as const;
const INTENTS = { 'opt-out': 'wants out', 'opt-in': 'wants in', help: 'wants help', none: 'no wish' } as const;

function tell(row: Row): Told {
  switch (row.kind) {
    case 'heard': {
      const { event } = row;
      return {
        tone: event.verdict === 'act' ? 'accent' : event.verdict === 'review' ? 'unsure' : 'plain',
        icon: event.verdict === 'review' ? <QuestionIcon /> : <EarIcon />,
        title: (
          <>
            <b>{nameRecipient(event.recipient)}</b> to {nameSender(event.sender)}: <q>{event.text}</q>
          </>
        ),
        detail: (
          <>
            {INTENTS[event.intent]}, {VERDICTS[event.verdict]} <code>{event.rule}</code>
          </>
        ),
      };
    }
    case 'consent': {
      const { event, count } = row;
      const out = event.change === 'opt-out';
      return {
        tone: out ? 'stop' : 'go',
        icon: <ConsentSign open={!out} />,
        title: (
          <>
            <b>{count > 1 ? plural(count, 'made-up number') : nameRecipient(event.recipient)}</b>{' '}
            {out ? 'closed' : 'opened'} {out ? nameScope(event.scope ?? '*') : `all of ${event.account}`}
          </>
        ),
        detail: (
          <>
            {count > 1 ? 'the latest ' : ''}by event <code>{event.eventId}</code>
          </>
        ),
      };
    }
    case 'outcome':
      return tellOutcome(row);
    case 'queued':
      return {
        tone: 'plain',
        icon: <QueueIcon />,
        title: (
          <>
            {plural(row.count, 'message')} queued from <b>{nameSender(row.from)}</b>
          </>
        ),
        detail: (
          <>
            campaign <code>{row.campaignId}</code>
          </>
        ),
      };
    case 'dead-letter':
      return {
        tone: 'stop',
        icon: <WarningIcon />,
        title: `${plural(row.count, 'message')} went to the dead-letter queue`,
        detail: <code>{row.queue}</code>,
      };
    case 'gap':
      return {
        tone: 'plain',
        icon: <WarningIcon />,
        title: `${plural(row.count, 'event')} not listed: too many at once`,
        detail: 'The counters have them.',
      };
  }
}

function tellOutcome({ event, count }: Extract<Row, { kind: 'outcome' }>): Told {
  const from = nameSender(event.from);
  const to = count > 1 ? plural(count, 'made-up number') : nameRecipient(event.to);
  if (event.kind === 'reply') {
    const sent = event.status !== 'Failed' && event.status !== 'Unknown';
    return {
      tone: sent ? 'plain' : 'unsure',
      icon: <ReplyIcon />,
      title: (
        <>
          {sent ? 'Answered' : 'Could not answer'} <b>{to}</b> from {from}
        </>
      ),
      ...(!sent && { detail: event.reason ? showReason(event.reason) : 'the carrier’s answer never came' }),
    };
  }
  switch (event.status) {
    case 'Failed':
      return event.reason === 'OptedOut'
        ? tellRefusal(event, to, count)
        : {
            tone: 'stop',
            icon: <WarningIcon />,
            title: (
              <>
                Failed: {from} to <b>{to}</b>
              </>
            ),
            detail: (
              <>
                {showReason(event.reason)} <code>{event.reason}</code>
              </>
            ),
          };
    case 'Unknown':
      return {
        tone: 'unsure',
        icon: <QuestionIcon />,
        title: (
          <>
            Unknown: {from} to <b>{to}</b>
          </>
        ),
        detail: 'The carrier’s answer never came. Not sent again; a receipt will settle it.',
      };
    case 'Queued':
      return {
        tone: 'plain',
        icon: <QueueIcon />,
        title: (
          <>
            Back on the queue: {from} to <b>{to}</b>
          </>
        ),
        detail: 'The carrier could not take it now. It is tried again later, and consent is asked again.',
      };
    case 'Undelivered':
      return {
        tone: 'unsure',
        icon: <WarningIcon />,
        title: (
          <>
            Not delivered: {from} to <b>{to}</b>
          </>
        ),
      };
    default: {
      const delivered = event.status === 'Delivered';
      return {
        tone: delivered ? 'go' : 'plain',
        icon: delivered ? <CheckIcon /> : <PaperPlaneIcon />,
        title: (
          <>
            {delivered ? 'Delivered' : 'Sent'}: {from} to <b>{to}</b>
          </>
        ),
      };
    }
  }
}

function tellRefusal(event: Extract<Row, { kind: 'outcome' }>['event'], to: string, count: number): Told {
  const { refusedBy } = event;
  return {
    tone: 'stop',
    icon: <HandIcon />,
    title: (
      <>
        Refused: {nameSender(event.from)} to <b>{to}</b>
      </>
    ),
    detail: refusedBy ? (
      <>
        {count > 1 ? `The latest of ${showCount(count)} opted` : 'Opted'} out of {nameScope(refusedBy.scope)} at{' '}
        {showTime(refusedBy.since)}, by event <code>{refusedBy.eventId}</code>
      </>
    ) : (
      showReason(event.reason)
    ),
  };
}
