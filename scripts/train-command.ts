import { flagOf } from "../src/cli/train-options.ts";
import { protocolNamed } from "../src/corpora/index.ts";
import type { ProtocolResult } from "../src/evaluate/index.ts";
import { defaultsOf } from "../src/recipe/config.ts";
import { TRAIN_DEFAULTS } from "../src/train/index.ts";

/** The line of a shell that says where the corpora of the commands are. */
export const CORPORA_LINE =
  'D="../shared/data/ravdess ../shared/data/crema-d ../shared/data/tess ../shared/data/savee"';

type Settings = Readonly<Record<string, unknown>>;

/** The flags of settings that are not the defaults, and of those in `always`. */
function flags(settings: Settings, always: readonly string[], never: readonly string[] = []): string[] {
  // Where the preset has a default of its own, what is not that has to be said, too.
  const own: Settings = defaultsOf(String(settings["preset"]), undefined, []);
  const differs = (key: string, value: unknown): boolean =>
    settings[key] !== value || (Object.hasOwn(own, key) && settings[key] !== own[key]);
  const words = Object.entries(TRAIN_DEFAULTS)
    .filter(([key]) => !never.includes(key))
    .filter(([key, value]) => always.includes(key) || (Object.hasOwn(settings, key) && differs(key, value)))
    .map(([key]) => {
      if (settings[key] === false) return flagOf(key).replace("--", "--no-");
      return settings[key] === true ? flagOf(key) : `${flagOf(key)} ${quoted(String(settings[key]))}`;
    });
  // Models of before there was augmentation do not mention it.
  const augment = settings["augment"] ?? "none";
  return [...words, augment === "none" ? "--no-augment" : `--augment ${quoted(String(augment))}`];
}

/** A word as a shell reads it back. */
function quoted(word: string): string {
  return /^[\w.,:=+/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that trains again what a model file says it was trained with; the corpora's folders are `$D`. */
export function trainCommand(training: Settings, out: string): string {
  const words = flags(training, ["preset", "split", "seed", "epochs", "threads"]);
  return `npx ser train --corpora $D ${words.join(" ")} --out ${out}`;
}

/** The command that makes a protocol's result again; the corpora's folders are `$D`. */
export function protocolCommand(result: ProtocolResult, out: string): string {
  const { protocol, preset, config, seeds, folds } = result;
  const some =
    folds.length < protocolNamed(protocol).folds.length ? [`--folds ${folds.map(({ fold }) => fold).join(",")}`] : [];
  const words = flags(
    { ...config, preset },
    ["preset"],
    ["labels", "split", "seed", "device", "threads", "testShare", "validationShare"],
  );
  return `npx ser protocol ${protocol} --corpora $D --seeds ${seeds.join(",")} ${[...some, ...words].join(" ")} --out ${out}`;
}
