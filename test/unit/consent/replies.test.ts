import { DEFAULT_REPLIES, REPLY_WINDOW_MS, replyText } from '../../../shared/consent/replies.ts';

describe('the replies', () => {
  it('are the texts of the contract when a sender has none of its own', () => {
    expect(replyText('opt-out')).toBe(
      'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
    );
    expect(replyText('opt-in')).toBe(
      'You have successfully been re-subscribed to messages from this number. Reply "HELP" or "INFO" for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
    );
    expect(replyText('help')).toBe('Reply STOP to unsubscribe. Msg&Data Rates May Apply.');
  });

  it("are the sender's own where it has them", () => {
    const replies = { 'opt-out': 'Désabonné.', help: ' ', 'opt-in': undefined };
    expect(replyText('opt-out', replies)).toBe('Désabonné.');
    expect(replyText('help', replies)).toBe(DEFAULT_REPLIES.help);
    expect(replyText('opt-in', replies)).toBe(DEFAULT_REPLIES['opt-in']);
  });

  it('may be sent for five minutes', () => {
    expect(REPLY_WINDOW_MS).toBe(300_000);
  });
});
