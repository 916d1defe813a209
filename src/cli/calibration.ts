import type { Calibration } from "../model/index.ts";
import { percent } from "./numbers.ts";

/** `temperature 1.32, fitted on 1,015 validation recordings of 9 speakers: log loss 0.95 → 0.91, calibration error 8.1 % → 2.9 %`. */
export function renderCalibration(temperature: number, calibration: Calibration): string {
  const { part, recordings, speakers, logLoss, ece } = calibration;
  return (
    `temperature ${temperature.toFixed(3)}, fitted on ${recordings.toLocaleString("en")} ${part} recordings of ${speakers} speakers: ` +
    `log loss ${logLoss.before.toFixed(3)} → ${logLoss.after.toFixed(3)}, calibration error ${percent(ece.before)} → ${percent(ece.after)}`
  );
}
