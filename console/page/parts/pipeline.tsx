import { type ReactNode, useEffect, useRef, useState } from 'react';
import { shortCarrierTitle } from '../cast.ts';
import { useModel, usePart } from '../state/page-model.ts';
import { plural, showCount } from '../words.ts';
import { type FlowMap, FlowPainter, type Point } from './flow-painter.ts';
import { HandsetIcon, Mark, QueueIcon, TowerIcon } from './icons.tsx';

const STATIONS = ['queue', 'gate', 'carrier', 'handset'] as const;

/** Where everything stands, or nothing while the picture is not laid out. */
function measure(root: HTMLElement): FlowMap | undefined {
  const box = root.getBoundingClientRect();
  if (box.width === 0) return undefined;
  const find = (name: string): Point => {
    const element = root.querySelector(`[data-point="${name}"]`)?.getBoundingClientRect();
    if (!element) return { x: 0, y: 0 };
    return { x: element.left - box.left + element.width / 2, y: element.top - box.top + element.height / 2 };
  };
  const points = Object.fromEntries(STATIONS.map((name) => [name, find(name)])) as Record<
    (typeof STATIONS)[number],
    Point
  >;
  const back = root.querySelector('[data-point="back"]')?.getBoundingClientRect();
  const backY = back ? back.top - box.top + back.height / 2 : 0;
  return { width: box.width, height: box.height, ...points, backY };
}

/** A rounded way back from the handsets over the carrier to the gate. */
function wayBack({ gate, handset, backY }: FlowMap): string {
  const radius = 14;
  return `M${handset.x} ${handset.y - 30}V${backY + radius}q0 ${-radius} ${-radius} ${-radius}H${gate.x + radius}q${-radius} 0 ${-radius} ${radius}V${gate.y - 36}`;
}

const wantsCalm = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function Pipeline() {
  const totals = usePart('totals');
  const { store } = useModel();
  const root = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const gate = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<FlowMap>();

  useEffect(() => {
    const element = root.current;
    const surface = canvas.current;
    if (!element || !surface) return;
    let painter: FlowPainter | undefined;
    const layOut = (): void => {
      const next = measure(element);
      if (!next) return;
      setMap(next);
      if (painter) painter.moveTo(next);
      else painter = new FlowPainter(surface, next);
    };
    layOut();
    const observer = new ResizeObserver(layOut);
    observer.observe(element);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const recolour = (): void => painter?.recolour();
    scheme.addEventListener('change', recolour);
    let lastShake = 0;
    const unsubscribe = store.subscribeToFlow((counts) => {
      if (!wantsCalm()) painter?.offer(counts);
      const now = performance.now();
      if (counts.refused > 0 && now - lastShake > 1_200) {
        lastShake = now;
        gate.current?.animate([{ scale: 1 }, { scale: wantsCalm() ? 1 : 1.12 }, { scale: 1 }], {
          duration: 420,
          easing: 'ease-out',
          delay: 650,
        });
      }
    });
    return () => {
      unsubscribe();
      observer.disconnect();
      scheme.removeEventListener('change', recolour);
      painter?.stop();
    };
  }, [store]);

  const held = totals.carriers.reduce((sum, { heldReceipts }) => sum + heldReceipts, 0);
  const odd = totals.carriers.filter(({ delayMs, error, dropAnswer }) => delayMs > 0 || error !== null || dropAnswer);
  return (
    <section className="flow panel" ref={root} aria-labelledby="flow-title">
      <h2 id="flow-title" className="unseen">
        The pipeline, live
      </h2>
      <svg className="lanes" aria-hidden="true" focusable="false">
        {map && (
          <>
            <path className="lane" d={`M${map.queue.x} ${map.queue.y}H${map.handset.x}`} />
            <path className="lane-back" d={wayBack(map)} markerEnd="url(#arrow)" />
            <defs>
              <marker
                id="arrow"
                viewBox="0 0 8 8"
                refX="6"
                refY="4"
                markerWidth="8"
                markerHeight="8"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path className="lane-arrow" d="m1 1 5 3-5 3" />
              </marker>
            </defs>
          </>
        )}
      </svg>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without content takes no focus */}
      <canvas ref={canvas} aria-hidden="true" />
      <div className="way-back">
        <span>
          {totals.heard === 0
            ? 'What recipients text comes back here'
            : `${plural(totals.heard, 'text')} heard, ${plural(totals.replies, 'reply', 'replies')} sent`}
        </span>
        <i className="way-back-line" data-point="back" />
      </div>
      <ol className="stations">
        <Station title="Queue" point="queue" icon={<QueueIcon />} hint="Producers put messages on it">
          <Figure label="queued" value={totals.waiting} tone="plain" large />
          <Figure label="dead letters" value={totals.deadLetters} tone="stop" />
        </Station>
        <Station
          title="Consent check"
          point="gate"
          icon={
            <div className="gate-sign" ref={gate}>
              <Mark />
            </div>
          }
          hint="Asked right before each send"
        >
          <Figure label="refused" value={totals.refused} tone="stop" large />
        </Station>
        <Station
          title="Carrier"
          point="carrier"
          icon={<TowerIcon />}
          hint={
            odd.length > 0
              ? `${odd.map(({ carrier }) => shortCarrierTitle(carrier)).join(', ')} told to misbehave`
              : `${totals.carriers.length} carriers, all simulated`
          }
          alert={odd.length > 0}
        >
          <Figure label="sent" value={totals.sent} tone="accent" large />
          <Figure label="failed" value={totals.failed} tone="stop" />
          <Figure label="unknown" value={totals.unknown} tone="unsure" />
        </Station>
        <Station title="Handset" point="handset" icon={<HandsetIcon />} hint="Three of them are below">
          <Figure label="delivered" value={totals.delivered} tone="go" large />
          <Figure label="receipts held" value={held} tone="plain" />
        </Station>
      </ol>
    </section>
  );
}

function Station(props: {
  title: string;
  point: (typeof STATIONS)[number];
  icon: ReactNode;
  hint: string;
  alert?: boolean;
  children: ReactNode;
}) {
  return (
    <li className={`station station-${props.point}`}>
      <div className="disc" data-point={props.point}>
        {props.icon}
      </div>
      <h3>{props.title}</h3>
      <p className={props.alert ? 'hint hint-alert' : 'hint'}>{props.hint}</p>
      <dl>{props.children}</dl>
    </li>
  );
}

function Figure(props: {
  label: string;
  value: number;
  tone: 'plain' | 'stop' | 'unsure' | 'go' | 'accent';
  large?: boolean;
}) {
  const quiet = props.value === 0;
  return (
    <div className={`figure tone-${props.tone}${props.large ? ' figure-large' : ''}${quiet ? ' figure-zero' : ''}`}>
      <dt>{props.label}</dt>
      <dd>{showCount(props.value)}</dd>
    </div>
  );
}
