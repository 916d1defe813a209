import { ParameterError } from "../errors.ts";
import { groupBy } from "../grouping.ts";

/** Least and most, 0.05 … 20. Below and above, a temperature is no calibration but a sign of too few or of perfect answers. */
export const TEMPERATURE_RANGE: readonly [number, number] = [0.05, 20];

/** What stands for log 0: about the least positive float32. */
const LOG_FLOOR = Math.log(2 ** -149);

/**
 * Probabilities at a temperature: p^(1/T), scaled to sum to 1. Where p = softmax(z), that is softmax(z / T), so the logits
 * are not needed. Above 1 the answer becomes more cautious; its order never changes.
 */
export function applyTemperature(probabilities: readonly number[], temperature: number): number[] {
  if (!(temperature > 0 && Number.isFinite(temperature))) {
    throw new ParameterError(`applyTemperature: temperature=${temperature} must be above 0`);
  }
  const most = Math.max(...probabilities);
  const powers = probabilities.map((p) => (p / most) ** (1 / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * The temperature that makes `probabilities` most likely: argmin over T of the mean −log of the true label's probability at
 * T (Guo et al. 2017, section 4.2). In the inverse temperature β the loss is convex, so its derivative, the mean of
 * E_β[log p] − log p_true, has one sign change; it is found by Newton's method inside a bracket that is halved whenever a step would leave it.
 *
 * Held within {@link TEMPERATURE_RANGE}: answers that are all right (or none better than chance) have no minimum. Where
 * every temperature is as good, e.g. all probabilities equal, it is 1.
 *
 * @param probabilities (recordings × labels), at temperature 1.
 * @param truth index of the true label of each recording.
 * @throws ParameterError without recordings.
 */
export function fitTemperature(probabilities: readonly (readonly number[])[], truth: readonly number[]): number {
  if (probabilities.length === 0 || probabilities.length !== truth.length) {
    throw new ParameterError(
      `fitTemperature: ${probabilities.length} rows of probabilities and ${truth.length} true labels; both must be equal and at least 1`,
    );
  }
  const logs = logsOf(probabilities);
  const slope = (beta: number): Slope => slopeOf(logs, truth, beta);
  let [low, high] = [1 / TEMPERATURE_RANGE[1], 1 / TEMPERATURE_RANGE[0]];
  if (slope(1).curvature === 0 && slope(1).first === 0) return 1;
  if (slope(low).first >= 0) return 1 / low;
  if (slope(high).first <= 0) return 1 / high;
  let beta = 1;
  for (let i = 0; i < 100; i++) {
    const { first, curvature } = slope(beta);
    if (first === 0) break;
    if (first > 0) high = beta;
    else low = beta;
    const newton = beta - first / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const settled = Math.abs(next - beta) <= 1e-13 * beta;
    beta = next;
    if (settled) break;
  }
  return 1 / beta;
}

/**
 * The temperature at its cautious end: {@link fitTemperature} and one standard error, as 1 / (β − error). Speakers are what a
 * validation part has few of, so the error is that of a mean over speakers: recordings of one are not taken to be independent.
 * Too high a temperature costs less than too low a one where the next speakers are harder than these.
 *
 * Source: the sandwich estimator with clusters (Liang and Zeger 1986), √(Σ over speakers of (Σ slopes)²) / curvature, in
 * the inverse temperature β.
 *
 * @param probabilities (recordings × labels), at temperature 1.
 * @param truth index of the true label of each recording.
 * @param speakers of each recording, by name; fewer than two give the plain temperature.
 * @throws ParameterError as `fitTemperature`.
 */
export function fitCautiousTemperature(
  probabilities: readonly (readonly number[])[],
  truth: readonly number[],
  speakers: readonly string[],
): number {
  const temperature = fitTemperature(probabilities, truth);
  const beta = 1 / temperature;
  const each = logsOf(probabilities).map((row, i) => ({ speaker: speakers[i]!, ...slopeOf([row], [truth[i]!], beta) }));
  const perSpeaker = [...groupBy(each, ({ speaker }) => speaker).values()].map((own) =>
    total(own.map(({ first }) => first)),
  );
  const curvature = total(each.map((own) => own.curvature));
  if (perSpeaker.length < 2 || curvature === 0) return temperature;
  const error = Math.sqrt(total(perSpeaker.map((first) => first ** 2))) / curvature;
  return Math.min(TEMPERATURE_RANGE[1], beta > error ? 1 / (beta - error) : TEMPERATURE_RANGE[1]);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Log probabilities, never below {@link LOG_FLOOR}. */
function logsOf(probabilities: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return probabilities.map((row) => row.map((p) => Math.max(LOG_FLOOR, Math.log(p))));
}

interface Slope {
  /** Derivative of the mean loss by β. */
  readonly first: number;
  /** Its second derivative, the mean variance of the logs; never below 0. */
  readonly curvature: number;
}

function slopeOf(logs: readonly (readonly number[])[], truth: readonly number[], beta: number): Slope {
  let [first, curvature] = [0, 0];
  for (const [i, row] of logs.entries()) {
    const most = Math.max(...row);
    let [weight, mean, square] = [0, 0, 0];
    for (const z of row) {
      const w = Math.exp(beta * (z - most));
      weight += w;
      mean += w * (z - most);
      square += w * (z - most) ** 2;
    }
    mean /= weight;
    first += mean - (row[truth[i]!]! - most);
    curvature += square / weight - mean ** 2;
  }
  return { first: first / logs.length, curvature: curvature / logs.length };
}
