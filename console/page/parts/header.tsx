import { useModel, usePart } from '../state/page-model.ts';
import { Mark, WarningIcon } from './icons.tsx';

export function Header() {
  const connection = usePart('connection');
  return (
    <header className="top">
      <Mark />
      <div className="top-words">
        <h1>
          Stopgate <span>STOP means stop, whatever carrier the message travels on.</span>
        </h1>
        <p>
          The whole pipeline, its queues, its table and its carriers run on this machine. No text leaves it, and the
          three people below are made up.
        </p>
      </div>
      <p className={`connection connection-${connection}`} role="status">
        <i aria-hidden="true" />
        {connection === 'open' ? 'Live' : connection === 'lost' ? 'Not connected' : 'Connecting'}
      </p>
    </header>
  );
}

/** Says what is wrong, and what to do about it. */
export function Banner() {
  const connection = usePart('connection');
  const consentProblem = usePart('consentProblem');
  const { retryNow } = useModel();
  if (connection === 'lost') {
    return (
      <div className="banner" role="alert">
        <WarningIcon />
        <p>
          <strong>The pipeline does not answer.</strong> Start it with <code>npm start</code>. What you see is how it
          was last seen; the page comes back by itself.
        </p>
        <button type="button" className="button" onClick={retryNow}>
          Try now
        </button>
      </div>
    );
  }
  if (consentProblem) {
    return (
      <div className="banner" role="alert">
        <WarningIcon />
        <p>
          <strong>Consent cannot be read.</strong> {consentProblem}
        </p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load the page anew
        </button>
      </div>
    );
  }
  return null;
}
