/** Weights of a logistic regression by the name of their signal, and `bias`, the constant. */
export interface Weights {
  readonly bias: number;
  readonly [signal: string]: number;
}

export type Signals = Readonly<Record<string, number>>;

export interface Example {
  readonly signals: Signals;
  readonly label: boolean;
}

/** Newton's method doubles the correct digits with each step; a problem as small as ours needs fewer than ten. */
const maxSteps = 50;
const maxHalvings = 30;
const settled = 1e-9;

/** Probability, 0…1. A signal without a weight, or a weight without its signal, adds nothing. */
export const probability = (weights: Weights, signals: Signals): number =>
  sigmoid(Object.entries(signals).reduce((sum, [name, value]) => sum + (weights[name] ?? 0) * value, weights.bias));

/** Mean over the examples, in nats; 0 without examples. */
export const logLoss = (weights: Weights, examples: readonly Example[]): number =>
  examples.length === 0
    ? 0
    : examples.reduce((sum, { signals, label }) => sum + loss(probability(weights, signals), label), 0) /
      examples.length;

/** Loss of one prediction in nats, finite also where it was sure and wrong. */
export const loss = (predicted: number, label: boolean): number =>
  -Math.log(Math.max(label ? predicted : 1 - predicted, 1e-15));

/**
 * Fits the weights of `prior` to examples. They are pulled back to the prior: moving one so far that the log-odds of examples
 * one standard deviation apart change by 1 costs `pull`/2 nats, so few examples move it little, and a large `pull` not at
 * all. Never fits the examples worse than the prior does. Signals that the prior does not name start from 0.
 */
export const fitLogistic = (examples: readonly Example[], prior: Weights, pull: number): Weights => {
  const names = signalNames(examples, prior);
  const scales = names.map((name) => scaleOf(examples.map(({ signals }) => signals[name] ?? 0)));
  const rows = examples.map(({ signals, label }) => ({
    inputs: [1, ...names.map((name, i) => (signals[name] ?? 0) / (scales[i] ?? 1))],
    label,
  }));
  // Coordinates in which a step of 1 weighs the same for each signal.
  const start = [prior.bias, ...names.map((name, i) => (prior[name] ?? 0) * (scales[i] ?? 1))];
  const [bias = 0, ...fitted] = minimise(rows, start, pull);
  return { ...Object.fromEntries(names.map((name, i) => [name, (fitted[i] ?? 0) / (scales[i] ?? 1)])), bias };
};

const signalNames = (examples: readonly Example[], prior: Weights): readonly string[] =>
  [...new Set([...Object.keys(prior), ...examples.flatMap(({ signals }) => Object.keys(signals))])].filter(
    (name) => name !== 'bias',
  );

/** Standard deviation; the size of a signal that never varies, so that it cannot run away. */
const scaleOf = (values: readonly number[]): number => {
  const average = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - average) ** 2, 0) / Math.max(1, values.length),
  );
  return deviation > 1e-9 ? deviation : Math.max(1, Math.abs(average));
};

interface Row {
  /** The first is 1, for the bias. */
  readonly inputs: readonly number[];
  readonly label: boolean;
}

/** Newton's method with halved steps: the objective is convex and never rises. */
const minimise = (rows: readonly Row[], start: readonly number[], pull: number): readonly number[] => {
  const objective = (at: readonly number[]): number =>
    rows.reduce((sum, { inputs, label }) => sum + loss(sigmoid(dot(at, inputs)), label), 0) +
    (pull / 2) * at.reduce((sum, value, i) => sum + (value - (start[i] ?? 0)) ** 2, 0);
  let at = start;
  let cost = objective(at);
  for (let step = 0; step < maxSteps; step += 1) {
    const move = newtonStep(rows, at, start, pull);
    let next = at;
    let reached = cost;
    for (let size = 1, halvings = 0; halvings < maxHalvings && reached >= cost; size /= 2, halvings += 1) {
      next = at.map((value, i) => value - size * (move[i] ?? 0));
      reached = objective(next);
    }
    if (!(reached < cost)) return at;
    const gained = cost - reached;
    at = next;
    cost = reached;
    if (gained < settled) return at;
  }
  return at;
};

const newtonStep = (
  rows: readonly Row[],
  at: readonly number[],
  start: readonly number[],
  pull: number,
): readonly number[] => {
  const gradient = at.map((value, i) => pull * (value - (start[i] ?? 0)));
  const curvature = at.map((_, i) => at.map((__, j) => (i === j ? Math.max(pull, 1e-9) : 0)));
  for (const { inputs, label } of rows) {
    const predicted = sigmoid(dot(at, inputs));
    const slope = predicted - (label ? 1 : 0);
    const bend = predicted * (1 - predicted);
    inputs.forEach((input, i) => {
      gradient[i] = (gradient[i] ?? 0) + slope * input;
      const line = curvature[i] ?? [];
      inputs.forEach((other, j) => {
        line[j] = (line[j] ?? 0) + bend * input * other;
      });
    });
  }
  return solve(curvature, gradient);
};

/** Solves a positive definite system by Gaussian elimination, which then needs no pivoting. */
const solve = (matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] => {
  const rows = matrix.map((line, i) => [...line, right[i] ?? 0]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let below = pivot + 1; below < size; below += 1) {
      const factor = at(below, pivot) / at(pivot, pivot);
      rows[below] = (rows[below] ?? []).map((value, j) => value - factor * at(pivot, j));
    }
  }
  const solution = right.map(() => 0);
  for (let i = size - 1; i >= 0; i -= 1) {
    const known = solution.reduce((sum, value, j) => (j > i ? sum + at(i, j) * value : sum), 0);
    solution[i] = (at(i, size) - known) / at(i, i);
  }
  return solution;
};

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
