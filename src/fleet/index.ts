/** Training on many machines: the runs of a protocol and the features of corpora, done by the same workers as recordings. */
export { drainFleet, fleetStatus, type FleetStatus, retryFleet } from "./control.ts";
export { type BuiltRecording, spreadFeatures } from "./spread-features.ts";
export { spreadRuns } from "./spread-runs.ts";
export { type FleetAddress } from "./training-queue.ts";
export { type FleetAccount, type FleetWorkerOptions, runFleetWorker } from "./worker.ts";
