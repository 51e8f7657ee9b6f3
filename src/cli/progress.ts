import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(progress: { readonly done: number; readonly total: number; readonly unreadable?: number }): void;
  stop(): void;
}

/** How often the bar is drawn anew, in milliseconds: ten thousand unchanged documents pass in a second. */
const drawEveryMs = 100;

/** Over how long the rate is taken, in milliseconds: a slow start or a pause is soon forgotten. */
const windowMs = 10_000;

/** A bar on stderr while a person watches; nothing in a log file. */
export const progressBar = (label: string): Progress => {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const bar = new SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {rate}{left}{failed}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      fps: 1_000 / drawEveryMs,
    },
    Presets.shades_classic,
  );
  const pace = createPace(windowMs);
  let started = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    update({ done, total, unreadable = 0 }) {
      const now = performance.now();
      pace.add(now, done);
      if (now - drawnAt < drawEveryMs && done < total) return;
      drawnAt = now;
      const words = {
        ...describePace(pace.perSecond(), total - done),
        failed: unreadable > 0 ? ` · ${unreadable} not read` : '',
      };
      if (!started) bar.start(total, done, words);
      started = true;
      bar.setTotal(total);
      bar.update(done, words);
    },
    stop() {
      if (started) bar.stop();
    },
  };
};

/** How fast something goes, over the last `windowMs`. */
export const createPace = (windowMs: number) => {
  let points: { readonly at: number; readonly done: number }[] = [];
  return {
    add(at: number, done: number): void {
      // A few points are enough: one each twentieth of the window.
      const last = points.at(-2);
      if (last !== undefined && at - last.at < windowMs / 20) points.pop();
      points.push({ at, done });
      const from = points.findLastIndex((point) => at - point.at >= windowMs);
      if (from > 0) points = points.slice(from);
    },
    /** Undefined until there is something to tell. */
    perSecond(): number | undefined {
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined || last.at - first.at < 200) return undefined;
      return ((last.done - first.done) * 1_000) / (last.at - first.at);
    },
  };
};

/** "120/s · 2 min left"; of a total that still grows the time left is as good as the total. */
export const describePace = (
  perSecond: number | undefined,
  left: number,
): { readonly rate: string; readonly left: string } => {
  if (perSecond === undefined) return { rate: '…', left: '' };
  const rate = `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`;
  if (left <= 0 || perSecond <= 0) return { rate, left: '' };
  const seconds = Math.ceil(left / perSecond);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const time =
    hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  return { rate, left: ` · ${time} left` };
};
