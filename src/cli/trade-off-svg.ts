import type { Calibration } from './calibration-lines.ts';

const width = 720;
const height = 440;
const left = 56;
const top = 44;
const right = 216;
const bottom = 56;
const plotWidth = width - left - right;
const plotHeight = height - top - bottom;

/** The lines of the plot: told apart by colour, dash and name. The colours have contrast enough on light and dark ground. */
const lines = [
  { key: 'answered', name: 'answered', dash: '', light: '#0b57d0', dark: '#8ab4f8' },
  { key: 'rightOfAnswered', name: 'right of answered', dash: '8 4', light: '#146c2e', dark: '#81c995' },
  { key: 'unanswerableAnswered', name: 'unanswerable answered', dash: '2 4', light: '#b3261e', dark: '#f2b8b5' },
] as const;

/** The trade-off curve as an SVG picture of its own, which follows the reader's light or dark setting. */
export const tradeOffSvg = ({ curve, thresholds, questions, unanswerable }: Calibration): string => {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const plots = lines.map(({ key, dash }) => {
    const points = curve.flatMap((one) => {
      const share = one[key];
      return share === null ? [] : [`${x(one.threshold)},${y(share)}`];
    });
    return `<polyline class="${key}" fill="none" stroke-width="2" stroke-dasharray="${dash}" points="${points.join(' ')}"/>`;
  });
  const legend = lines.map(({ key, name, dash }, i) => {
    const at = top + 12 + i * 24;
    return `<line class="${key}" stroke-width="2" stroke-dasharray="${dash}" x1="${width - right + 20}" x2="${width - right + 52}" y1="${at}" y2="${at}"/><text x="${width - right + 60}" y="${at + 4}">${name}</text>`;
  });
  const marks = [
    { name: 'answer', at: thresholds.answer, label: top - 24 },
    { name: 'ask back', at: thresholds.askBack, label: top - 8 },
  ].map(({ name, at, label }) => {
    const anchor = at > 0.8 ? 'end' : 'start';
    return `<line class="mark" x1="${x(at)}" x2="${x(at)}" y1="${label - 8}" y2="${top + plotHeight}"/><text text-anchor="${anchor}" x="${x(at) + (at > 0.8 ? -4 : 4)}" y="${label}">${name} ${at}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">What a threshold gives: ${questions} questions, ${unanswerable} of them without an answer</title>
<style>
${style(({ light }) => light, '#ffffff', '#1f1f1f', '#c4c7c5')}
@media (prefers-color-scheme: dark) {
${style(({ dark }) => dark, '#1b1b1b', '#e3e3e3', '#5f6368')}
}
</style>
<rect class="ground" width="${width}" height="${height}"/>
${ticks.map((tick) => `<line class="grid" x1="${left}" x2="${left + plotWidth}" y1="${y(tick)}" y2="${y(tick)}"/><text text-anchor="end" x="${left - 8}" y="${y(tick) + 4}">${Math.round(tick * 100)} %</text><text text-anchor="middle" x="${x(tick)}" y="${top + plotHeight + 20}">${tick}</text>`).join('\n')}
${marks.join('\n')}
${plots.join('\n')}
${legend.join('\n')}
<text text-anchor="middle" x="${left + plotWidth / 2}" y="${height - 12}">threshold</text>
</svg>
`;
};

const x = (threshold: number): number => round(left + threshold * plotWidth);
const y = (share: number): number => round(top + (1 - share) * plotHeight);
const round = (value: number): number => Number(value.toFixed(1));

const style = (colour: (line: (typeof lines)[number]) => string, ground: string, ink: string, grid: string): string =>
  [
    `.ground { fill: ${ground} }`,
    `text { fill: ${ink}; font: 12px system-ui, sans-serif }`,
    `.grid { stroke: ${grid}; stroke-width: 1 }`,
    `.mark { stroke: ${ink}; stroke-width: 1 }`,
    ...lines.map((line) => `.${line.key} { stroke: ${colour(line)} }`),
  ].join('\n');
