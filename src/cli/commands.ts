import type { CommandRow } from "./command.ts";

/** Every command of `ser`, in the order of `ser --help`. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "predict",
    summary: "tell the emotion in recordings",
    load: async () => (await import("./predict.ts")).command,
  },
  {
    name: "listen",
    summary: "tell the emotion while someone speaks into the microphone",
    load: async () => (await import("./listen.ts")).command,
  },
  {
    name: "batch",
    summary: "tell the emotion in many recordings; what is done is never done again",
    load: async () => (await import("./batch.ts")).command,
  },
  {
    name: "serve",
    summary: "answer other programs over HTTP and WebSocket",
    load: async () => (await import("./serve.ts")).command,
  },
  {
    name: "worker",
    summary: "take recordings and trainings from a queue in Redis, beside any number of other workers",
    load: async () => (await import("./worker.ts")).command,
  },
  {
    name: "queue",
    summary: "look at a queue in Redis, put its dead letters back, or empty it",
    load: async () => (await import("./queue.ts")).command,
  },
  {
    name: "web",
    summary: "serve the web page that shows the emotion in a voice",
    load: async () => (await import("./web.ts")).command,
  },
  {
    name: "calibrate",
    summary: "calibrate to one voice with a few recordings of it",
    load: async () => (await import("./calibrate.ts")).command,
  },
  {
    name: "train",
    summary: "train a model on corpora or on your own recordings",
    load: async () => (await import("./train.ts")).command,
  },
  {
    name: "evaluate",
    summary: "score a model on recordings that it never met",
    load: async () => (await import("./evaluate.ts")).command,
  },
  {
    name: "protocol",
    summary: "train and test as a named protocol says, fold by fold",
    load: async () => (await import("./protocol.ts")).command,
  },
  {
    name: "report",
    summary: "make a page with figures and tables from results",
    load: async () => (await import("./report.ts")).command,
  },
  {
    name: "robustness",
    summary: "test whether a model's answers survive noise, telephones, codecs and rooms",
    load: async () => (await import("./robustness.ts")).command,
  },
  {
    name: "info",
    summary: "show what a model file says about itself",
    load: async () => (await import("./info.ts")).command,
  },
  {
    name: "export",
    summary: "write a model in a format that others open",
    load: async () => (await import("./export.ts")).command,
  },
  {
    name: "import",
    summary: "read a model that Keras saved",
    load: async () => (await import("./import.ts")).command,
  },
  {
    name: "corpora",
    summary: "count the recordings of corpora and list every problem",
    load: async () => (await import("./corpora.ts")).command,
  },
  {
    name: "features",
    summary: "write the feature matrices of recordings, as npy or csv",
    load: async () => (await import("./features.ts")).command,
  },
  {
    name: "cache",
    summary: "show, fill or empty the store of decoded features",
    load: async () => (await import("./cache.ts")).command,
  },
  {
    name: "completion",
    summary: "write what makes bash, zsh or fish complete the words of ser",
    load: async () => (await import("./completion/index.ts")).command,
  },
];
