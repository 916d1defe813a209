import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { percent, title } from "../look/emotions.ts";
import { Glyph } from "../look/glyph.tsx";
import type { Voice } from "./session.ts";

/** The voice in words: `angry, 86 % confidence`. */
export function inWords(voice: Voice): string {
  if (voice.kind === "silence") return "No speech";
  if (voice.kind === "onset") return "Someone speaks";
  if (voice.unsure) return `Unsure, perhaps ${voice.emotion}, ${percent(voice.confidence)}`;
  return `${title(voice.emotion)}, ${percent(voice.confidence)} confidence`;
}

/** The two or three that it might be. */
function closest(probabilities: Readonly<Record<string, number>>): string {
  const best = Object.entries(probabilities)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 2);
  return `perhaps ${best.map(([label, p]) => `${label} ${percent(p)}`).join(", ")}`;
}

/** The emotion of the moment, large. */
export function Readout({ voice }: { readonly voice: Voice }): JSX.Element {
  if (voice.kind !== "measured") {
    return (
      <div class="now" data-voice={voice.kind}>
        <h1 class="faint">{voice.kind === "silence" ? "No speech" : "Listening"}</h1>
        <p class="sub">
          {voice.kind === "silence" ? "Say something. A sentence or two is enough." : "A moment more …"}
        </p>
      </div>
    );
  }
  const { emotion, unsure, confidence, probabilities, over } = voice;
  return (
    <div class="now" data-voice={unsure ? "unsure" : emotion} data-over={over}>
      <h1>
        {unsure ? null : <Glyph label={emotion} />}
        {unsure ? "Unsure" : title(emotion)}
      </h1>
      <p class="sub">
        {unsure
          ? closest(probabilities)
          : `${percent(confidence)} confidence${over ? ", for the whole utterance" : ""}`}
      </p>
    </div>
  );
}

/** So often, at most, a screen reader is told, in milliseconds. */
const ANNOUNCE_EVERY = 3000;

/** Tells a screen reader what is heard, politely: when an utterance is over, or its emotion has changed for a while. */
export function Announcer({ voice }: { readonly voice: Voice }): JSX.Element {
  const [said, say] = useState("");
  const [last, setLast] = useState(0);
  const words = inWords(voice);
  const over = voice.kind !== "measured" || voice.over;
  const kind = voice.kind === "measured" ? (voice.unsure ? "unsure" : voice.emotion) : voice.kind;
  useEffect(() => {
    if (voice.kind === "onset") return undefined;
    const wait = over ? 0 : Math.max(0, last + ANNOUNCE_EVERY - Date.now());
    const timer = setTimeout(() => {
      say(words);
      setLast(Date.now());
    }, wait);
    return () => clearTimeout(timer);
    // What counts is the kind of answer, not each figure on its way.
  }, [kind, over]);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
