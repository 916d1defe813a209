import { flagOf } from "../src/cli/train-options.ts";
import { TRAIN_DEFAULTS } from "../src/train/index.ts";

/** The command that trains again what a model file says it was trained with; the corpora's folders are `$D`. */
export function trainCommand(training: Readonly<Record<string, unknown>>, out: string): string {
  const always = ["preset", "split", "seed", "epochs", "threads"];
  const words = Object.entries(TRAIN_DEFAULTS)
    .filter(([key, value]) => always.includes(key) || (Object.hasOwn(training, key) && training[key] !== value))
    .map(([key]) =>
      training[key] === false ? flagOf(key).replace("--", "--no-") : `${flagOf(key)} ${String(training[key])}`,
    );
  // Models of before there was augmentation do not mention it.
  const augment = training["augment"] ?? "none";
  words.push(augment === "none" ? "--no-augment" : `--augment ${String(augment)}`);
  return `npx ser train --corpora $D ${words.join(" ")} --out ${out}`;
}
