import { PEER_RULES } from '../../corpus/peer-rules.ts';

const optsOut = (name: string, text: string) => PEER_RULES.find((rule) => rule.name === name)!.optsOut(text);

describe('the rule of a peer', () => {
  it.each([
    [
      'AWS self-managed opt-out sample',
      ['stop', 'see you this weekend', 'UNSTOP', 'please stop'],
      ['revoke', 'opt out'],
    ],
    ['AWS End User Messaging, documented', ['Stop.', 'stop it', 'TD', 'opt-out'], ['please stop', 'ending', 'revoke']],
    [
      'MoveOn Spoke',
      [' STOP this', 'remove me ', "don't contact me", 'take me off the list', 'I opt out', 'quit'],
      ['please stop', 'stopping by', 'quit it', 'revoke', 'optout', '“stop”'],
    ],
    ['Rock RMS', [' Stop ', 'REVOKE', 'optout'], ['stop.', 'opt out']],
    ['Politics Rewired Spoke', ['STOP ALL', 'stop2quit', 'unsub'], ['stop.', 'revoke']],
    ['Kalkun stop manager', ['stop', 'bus stop on Main St?', '“stop”'], ['stopped', 'quit', 'nonstop']],
    ['CommCare', ['stop ', 'STOPALL'], ['stop!', 'revoke']],
    ['VA Notify', ['Stop', 'opt-out'], ['end', 'quit', 'opt out']],
    ['Mautic', ['stop', 'STOP'], [' stop ', 'stop.']],
  ])('%s hears %j and not %j', (name, heard, unheard) => {
    for (const text of heard) expect({ text, optsOut: optsOut(name, text) }).toEqual({ text, optsOut: true });
    for (const text of unheard) expect({ text, optsOut: optsOut(name, text) }).toEqual({ text, optsOut: false });
  });

  it('is tested', () => {
    expect(PEER_RULES).toHaveLength(9);
  });
});
