import { TRAIN_DEFAULTS } from "../src/train/index.ts";

/** The command that trains again what a model file says it was trained with; the corpora's folders are `$D`. */
export function trainCommand(training: Readonly<Record<string, unknown>>, out: string): string {
  const always = ["preset", "split", "seed", "epochs", "threads"];
  const words = ["preset", "split", "labels", "seed", "epochs", "batch", "learningRate", "threads"]
    .filter((key) => always.includes(key) || training[key] !== TRAIN_DEFAULTS[key as keyof typeof TRAIN_DEFAULTS])
    .map((key) => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${String(training[key])}`);
  // Models of before there was augmentation do not mention it.
  const augment = training["augment"] ?? "none";
  words.push(augment === "none" ? "--no-augment" : `--augment ${String(augment)}`);
  if (training["calibrate"] === false) words.push("--no-calibrate");
  return `npx ser train --corpora $D ${words.join(" ")} --out ${out}`;
}
