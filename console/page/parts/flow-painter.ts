import type { FlowCounts, FlowSignal } from '../state/store.ts';

/** A point of the picture, in CSS pixels from the canvas's corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the stations stand. */
export interface FlowMap {
  readonly width: number;
  readonly height: number;
  readonly queue: Point;
  readonly gate: Point;
  readonly carrier: Point;
  readonly handset: Point;
  /** How high above the stations the way back runs. */
  readonly backY: number;
}

type Paint = 'moving' | 'refused' | 'trouble' | 'delivered' | 'heard';

interface Leg {
  readonly from: Point;
  readonly to: Point;
  readonly length: number;
  readonly paint: Paint;
  readonly fades: boolean;
}

interface Traveller {
  readonly legs: readonly Leg[];
  /** Across the lane, so that many do not look like one. */
  readonly drift: number;
  leg: number;
  /** Pixels along the present leg. */
  along: number;
}

/** Calm by rule: however many messages there are, only so many are drawn. */
const MOST_TRAVELLERS = 70;
const GAP_MS: Readonly<Record<FlowSignal, number>> = {
  sent: 70,
  refused: 90,
  failed: 90,
  unknown: 90,
  delivered: 140,
  heard: 120,
};
const MOST_WAITING = 12;
const LENGTH = 11;
const THICKNESS = 5;

/** Draws messages on their way through the pipeline. It draws nothing, and costs nothing, while there are none. */
export class FlowPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #map: FlowMap;
  #colours: Readonly<Record<Paint, string>>;
  #travellers: Traveller[] = [];
  readonly #waiting: FlowCounts = { sent: 0, refused: 0, failed: 0, unknown: 0, delivered: 0, heard: 0 };
  readonly #lastStart: FlowCounts = { sent: 0, refused: 0, failed: 0, unknown: 0, delivered: 0, heard: 0 };
  #frame: number | undefined;
  #lastFrame = 0;

  constructor(canvas: HTMLCanvasElement, map: FlowMap) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('There is no canvas to draw on');
    this.#canvas = canvas;
    this.#context = context;
    this.#map = map;
    this.#colours = this.#readColours();
    this.moveTo(map);
  }

  /** The picture has another size or another shape. */
  moveTo(map: FlowMap): void {
    this.#map = map;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.#canvas.width = Math.round(map.width * ratio);
    this.#canvas.height = Math.round(map.height * ratio);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#travellers = [];
  }

  recolour(): void {
    this.#colours = this.#readColours();
  }

  /** Messages to draw, of which it draws as many as it calmly can. */
  offer(counts: FlowCounts): void {
    for (const signal of Object.keys(counts) as FlowSignal[]) {
      this.#waiting[signal] = Math.min(MOST_WAITING, this.#waiting[signal] + counts[signal]);
    }
    if (this.#frame === undefined) {
      this.#lastFrame = performance.now();
      this.#frame = requestAnimationFrame(this.#draw);
    }
  }

  stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#travellers = [];
    this.#context.clearRect(0, 0, this.#map.width, this.#map.height);
  }

  #readColours(): Readonly<Record<Paint, string>> {
    const style = getComputedStyle(this.#canvas);
    const read = (name: string): string => style.getPropertyValue(name).trim();
    return {
      moving: read('--accent'),
      refused: read('--stop'),
      trouble: read('--unsure'),
      delivered: read('--go'),
      heard: read('--ink-soft'),
    };
  }

  #legs(signal: FlowSignal): Leg[] {
    const { queue, gate, carrier, handset, backY } = this.#map;
    // What does not get through bounces off, into the room beside the station's name.
    const aside = Math.min(64, (gate.x - queue.x) * 0.36);
    const back = ({ x, y }: Point): Point => ({ x: x - aside, y: y + 46 });
    const on = ({ x, y }: Point): Point => ({ x: x + aside, y: y + 46 });
    const through = (points: readonly Point[], paint: Paint): Leg[] =>
      points.slice(1).map((to, index) => {
        const from = points[index] ?? to;
        return { from, to, length: Math.hypot(to.x - from.x, to.y - from.y), paint, fades: false };
      });
    const rest = (from: Point, to: Point, paint: Paint): Leg => ({
      from,
      to,
      length: Math.hypot(to.x - from.x, to.y - from.y),
      paint,
      fades: true,
    });
    switch (signal) {
      case 'sent':
        return through([queue, gate, carrier, handset], 'moving');
      case 'refused':
        return [...through([queue, gate], 'moving'), rest(gate, back(gate), 'refused')];
      case 'failed':
        return [...through([queue, gate, carrier], 'moving'), rest(carrier, back(carrier), 'refused')];
      case 'unknown':
        return [...through([queue, gate, carrier], 'moving'), rest(carrier, on(carrier), 'trouble')];
      case 'delivered':
        return [rest(handset, on(handset), 'delivered')];
      case 'heard':
        return through([handset, { x: handset.x, y: backY }, { x: gate.x, y: backY }, gate], 'heard');
    }
  }

  #start(now: number): void {
    for (const signal of Object.keys(this.#waiting) as FlowSignal[]) {
      if (this.#waiting[signal] === 0 || now - this.#lastStart[signal] < GAP_MS[signal]) continue;
      if (this.#travellers.length >= MOST_TRAVELLERS) {
        this.#waiting[signal] = 0;
        continue;
      }
      this.#waiting[signal] -= 1;
      this.#lastStart[signal] = now;
      this.#travellers.push({ legs: this.#legs(signal), drift: (Math.random() - 0.5) * 7, leg: 0, along: 0 });
    }
  }

  readonly #draw = (now: number): void => {
    const { width, height } = this.#map;
    const context = this.#context;
    // After a time in the background, messages go on from where they were.
    const seconds = Math.min(0.05, (now - this.#lastFrame) / 1_000);
    this.#lastFrame = now;
    this.#start(now);
    context.clearRect(0, 0, width, height);
    context.lineCap = 'round';
    context.lineWidth = THICKNESS;
    // Three seconds from end to end on any screen.
    const speed = Math.max(120, (this.#map.handset.x - this.#map.queue.x) / 2.2);
    this.#travellers = this.#travellers.filter((traveller) => this.#advance(traveller, speed * seconds));
    for (const traveller of this.#travellers) this.#paint(traveller);
    context.globalAlpha = 1;
    const more = this.#travellers.length > 0 || Object.values(this.#waiting).some((count) => count > 0);
    this.#frame = more ? requestAnimationFrame(this.#draw) : undefined;
  };

  /** @returns false when it has arrived */
  #advance(traveller: Traveller, distance: number): boolean {
    const leg = traveller.legs[traveller.leg];
    if (!leg) return false;
    // Falling is slower than travelling: it is what is worth seeing.
    traveller.along += leg.fades ? distance * 0.2 : distance;
    if (traveller.along < leg.length) return true;
    traveller.along = 0;
    traveller.leg += 1;
    return traveller.leg < traveller.legs.length;
  }

  #paint({ legs, leg: index, along, drift }: Traveller): void {
    const leg = legs[index];
    if (!leg || leg.length === 0) return;
    const context = this.#context;
    const share = along / leg.length;
    const directionX = (leg.to.x - leg.from.x) / leg.length;
    const directionY = (leg.to.y - leg.from.y) / leg.length;
    const x = leg.from.x + directionX * along - directionY * drift;
    const y = leg.from.y + directionY * along + directionX * drift;
    context.globalAlpha = leg.fades ? 1 - share ** 2 : 0.9;
    context.strokeStyle = this.#colours[leg.paint];
    context.beginPath();
    context.moveTo(x - (directionX * LENGTH) / 2, y - (directionY * LENGTH) / 2);
    context.lineTo(x + (directionX * LENGTH) / 2, y + (directionY * LENGTH) / 2);
    context.stroke();
  }
}
