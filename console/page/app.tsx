import { HANDSETS } from './cast.ts';
import { ActivityList } from './parts/activity-list.tsx';
import { CampaignForm } from './parts/campaign-form.tsx';
import { Carriers } from './parts/carriers.tsx';
import { Guide } from './parts/guide.tsx';
import { Handset } from './parts/handset.tsx';
import { Banner, Header } from './parts/header.tsx';
import { Pipeline } from './parts/pipeline.tsx';
import { usePart } from './state/page-model.ts';

export function App() {
  return (
    <>
      <Header />
      <Banner />
      <main>
        <Guide />
        <Pipeline />
        <div className="stage">
          <CampaignForm />
          <section className="handsets" aria-labelledby="handsets-title">
            <h2 id="handsets-title" className="unseen">
              Handsets
            </h2>
            {HANDSETS.map((owner) => (
              <Handset key={owner.number} owner={owner} />
            ))}
          </section>
          <ActivityList />
        </div>
        <Carriers />
      </main>
      <Announcer />
    </>
  );
}

/** Tells the news to those who hear the page. */
function Announcer() {
  const announcement = usePart('announcement');
  return (
    <p className="unseen" aria-live="polite">
      {announcement}
    </p>
  );
}
