import type { EvaluationReport } from '#src/operations.ts';

/** Thresholds and weights with how they were found. */
export type Calibration = NonNullable<EvaluationReport['calibration']>;

const barWidth = 16;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const column = barWidth + 7;

/** A calibration for people: the curve as bars, how well it foretells, what comes out, and the lines for frontdesk.yaml. */
export const calibrationLines = (calibration: Calibration): string => {
  const { questions, unanswerable, thresholds, outcomes, curve } = calibration;
  const { right, astray, unfounded, askBack, escalate } = outcomes;
  return [
    '',
    `Calibrated on ${questions} questions, ${unanswerable} of them without an answer.`,
    '',
    `from   ${['answered', 'right of answered', 'unanswerable answered'].map((name) => name.padEnd(column)).join('')}`,
    ...curve.map(({ threshold, answered, rightOfAnswered, unanswerableAnswered }) =>
      `${threshold.toFixed(2)}   ${[answered, rightOfAnswered, unanswerableAnswered].map(cell).join('')}${mark(threshold, calibration)}`.trimEnd(),
    ),
    '',
    ...foresightLines(calibration),
    '',
    `answer    from ${thresholds.answer}: ${right + astray + unfounded} questions, ${right} rightly, ${astray} from a document that does not answer, ${unfounded} that none answers`,
    `ask back  from ${thresholds.askBack}: ${askBack} questions`,
    `escalate  below: ${escalate} questions`,
    ...(thresholds.isWithinBound
      ? []
      : ['No threshold keeps to --max-wrong; this is the one with the smallest share of wrong answers.']),
    '',
    'For frontdesk.yaml:',
    '',
    ...yamlLines(calibration),
  ]
    .map((text) => `${text}\n`)
    .join('');
};

/** What to paste into the settings. */
const yamlLines = ({ weights, thresholds }: Calibration): readonly string[] => [
  'knowledge:',
  '  evidence:',
  ...(weights
    ? [
        `    weights: { ${Object.entries(weights)
          .map(([name, value]) => `${name}: ${Number(value.toPrecision(4))}`)
          .join(', ')} }`,
      ]
    : []),
  `    answer: ${thresholds.answer}`,
  `    askBack: ${thresholds.askBack}`,
];

const foresightLines = ({ inUse, fitted }: Calibration): readonly string[] => {
  const rows = [
    ['right answers against all others (AUC)', inUse.areaRight, fitted?.areaRight],
    ['answerable against unanswerable (AUC)', inUse.areaAnswerable, fitted?.areaAnswerable],
    ['log loss', inUse.logLoss, fitted?.logLoss],
  ] as const;
  const number = (value: number | null | undefined): string => (value?.toFixed(3) ?? '–').padStart(8);
  return [
    `${''.padEnd(40)}  in use${fitted ? '  fitted (cross-validated)' : ''}`,
    ...rows.map(([name, before, after]) => `${name.padEnd(40)}${number(before)}${fitted ? number(after) : ''}`),
    ...(fitted ? [] : ['The weights in use are kept: these questions teach no better ones.']),
  ];
};

const mark = (threshold: number, { thresholds }: Calibration): string => {
  const isHere = (value: number): boolean => value >= threshold && value < threshold + 0.05 - 1e-9;
  const marks = [...(isHere(thresholds.answer) ? ['answer'] : []), ...(isHere(thresholds.askBack) ? ['ask back'] : [])];
  return marks.length === 0 ? '' : `◂ ${marks.join(', ')}`;
};

const cell = (share: number | null): string =>
  (share === null ? '–' : `${bar(share)} ${String(Math.round(share * 100)).padStart(3)} %`).padEnd(column);

/** A share, 0…1, as a bar of blocks in eighths. */
const bar = (share: number): string => {
  const filled = Math.round(share * barWidth * 8);
  return ('█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '')).padEnd(barWidth, '░');
};
