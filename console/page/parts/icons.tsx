import type { ReactNode } from 'react';

/** Drawings in the colour of the text around them; what they mean is always said in words beside them. */

function Drawing({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <svg
      className={className ? `icon ${className}` : 'icon'}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

/** The mark: a stop sign that is also a gate. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path className="mark-sign" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z" />
    <path className="mark-bar" d="M7 13.5h18v5H7z" />
  </svg>
);

export const QueueIcon = () => (
  <Drawing>
    <rect x="4" y="4.5" width="16" height="4" rx="1.5" />
    <rect x="4" y="10.5" width="16" height="4" rx="1.5" />
    <path d="M4 19h16" strokeDasharray="2.5 3" />
  </Drawing>
);

export const TowerIcon = () => (
  <Drawing>
    <circle cx="12" cy="8" r="1.6" />
    <path d="M12 9.6 8.5 21M12 9.6 15.5 21M9.8 17h4.4M8.5 11.5a5 5 0 0 1 0-7M15.5 11.5a5 5 0 0 0 0-7M5.8 14a8.5 8.5 0 0 1 0-12M18.2 14a8.5 8.5 0 0 0 0-12" />
  </Drawing>
);

export const HandsetIcon = () => (
  <Drawing>
    <rect x="6.5" y="2.5" width="11" height="19" rx="2.5" />
    <path d="M10.5 18.5h3" />
  </Drawing>
);

export const CheckIcon = ({ className }: { className?: string }) => (
  <Drawing className={className}>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Drawing>
);

export const SendIcon = () => (
  <Drawing>
    <path d="M12 19V6M6 11.5 12 5.5l6 6" />
  </Drawing>
);

export const EarIcon = () => (
  <Drawing>
    <path d="M7 10.5a5 5 0 0 1 10 0c0 3.2-3.3 3.8-3.6 6.7a2.8 2.8 0 0 1-5.4.9M9.8 10.8a2.2 2.2 0 0 1 4.4 0c0 1.5-1.4 1.9-1.7 3.2" />
  </Drawing>
);

export const PaperPlaneIcon = () => (
  <Drawing>
    <path d="M20.5 3.5 3.5 10l7 3 3 7.5zM10.5 13l4-4" />
  </Drawing>
);

export const HandIcon = () => (
  <Drawing>
    <path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8" />
  </Drawing>
);

export const QuestionIcon = () => (
  <Drawing>
    <circle cx="12" cy="12" r="9" />
    <path d="M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.8v.2" />
  </Drawing>
);

export const WarningIcon = () => (
  <Drawing>
    <path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.3v.2" />
  </Drawing>
);

export const ReplyIcon = () => (
  <Drawing>
    <path d="M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6v1" />
  </Drawing>
);

/** Consent at a glance: a ring is open, a stop sign is closed. Told apart by shape, not by colour alone. */
export const ConsentSign = ({ open }: { open: boolean }) => (
  <svg
    className={open ? 'sign sign-open' : 'sign sign-closed'}
    viewBox="0 0 20 20"
    aria-hidden="true"
    focusable="false"
  >
    {open ? (
      <>
        <circle cx="10" cy="10" r="7.6" fill="none" stroke="currentColor" strokeWidth="2" />
        <path
          d="m6.6 10.3 2.4 2.4 4.5-5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </>
    ) : (
      <>
        <path d="M6.4 1.4h7.2l5 5v7.2l-5 5H6.4l-5-5V6.4z" fill="currentColor" />
        <path className="sign-bar" d="M5 8.6h10v2.8H5z" />
      </>
    )}
  </svg>
);
