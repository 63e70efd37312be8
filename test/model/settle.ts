import { accept, type GatedPipeline } from './gated-pipeline.ts';
import { hear } from './hearing-commands.ts';
import { type Model, SENDERS } from './history.ts';

/** Carriers and queues deliver until they are told that it is done. Then those senders text whom the model says. */
export async function settle(model: Model, real: GatedPipeline): Promise<void> {
  for (const hearing of model.hearings) {
    const said = model.consentOf(hearing.sender, hearing.recipient).find(hearing.id);
    if (!said?.acknowledged) await hear(hearing, undefined, model, real);
  }
  real.carrierAnswers = accept;
  for (const to of model.recipients.filter((one) => model.hearings.some(({ recipient }) => recipient === one))) {
    const before = real.handed.length;
    const last = SENDERS.map(({ sender }) => ({
      messageId: `last-${sender.slice(1)}`,
      from: sender,
      to,
      body: 'Sale',
    }));
    expect(await real.outbound(last, 1)).toEqual(last.map(() => true));
    const texted = new Set(real.handed.slice(before).map(({ from }) => from));
    const said = SENDERS.map((sender) => [sender.sender, model.consentOf(sender, to).for(sender)] as const);
    const certain = said.filter(([, consent]) => consent !== 'either');
    for (const account of ['acme', 'globex']) {
      const onRecord = model.consentOf({ sender: '', account }, to).onRecord();
      const { recipient: _partition, entry: _entry, ...item } = (await real.find(account, to, 'CONSENT')) ?? {};
      if (onRecord) expect(item).toEqual(onRecord);
    }
    expect(certain.map(([sender]) => [sender, texted.has(sender) ? 'open' : 'closed'])).toEqual(certain);
  }
}
