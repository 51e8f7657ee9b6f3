import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(progress: { readonly done: number; readonly total: number }): void;
  stop(): void;
}

/** A bar on stderr while a person watches; nothing in a log file. */
export const progressBar = (label: string): Progress => {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const bar = new SingleBar(
    {
      format: `${label} {bar} {value}/{total} · {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update({ done, total }) {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
    },
  };
};
