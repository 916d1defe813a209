import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { DeviceChoice } from "../live/device-choice.tsx";
import { drawBar, loudness } from "../live/draw.ts";
import { type Surface, useFrames } from "../look/canvas.ts";
import { lookOf, title } from "../look/emotions.ts";
import { Glyph } from "../look/glyph.tsx";
import { useStore } from "../look/store.ts";
import { READ_ALOUD, SENTENCE, situation } from "./prompts.ts";
import type { Recorder, RecorderState } from "./recorder.ts";

/** From bar to bar, in CSS pixels. */
const STEP = 5;

/** The last magnitudes, the newest at the right edge. */
function drawPeaks({ context, width, height, color }: Surface, peaks: readonly number[], label: string | null): void {
  context.fillStyle = color(label === null ? "--ink" : lookOf(label).color);
  const first = Math.max(0, peaks.length - Math.ceil(width / STEP));
  for (let i = first; i < peaks.length; i++) {
    drawBar(context, width - (peaks.length - i) * STEP, height / 2, loudness(peaks[i]!) * (height / 2 - 3), 3);
  }
}

function Wave({ recorder, label }: { readonly recorder: Recorder; readonly label: string | null }): JSX.Element {
  const canvas = useFrames((surface) => drawPeaks(surface, recorder.peaks, label));
  return <canvas ref={canvas} role="img" aria-label="How loud it is" />;
}

/** What a screen reader is told: not every tenth of a second. */
function inWords({ phase, seconds, wanted }: RecorderState): string {
  if (phase !== "hearing") return "";
  if (seconds === 0) return "Recording. Speak now.";
  return wanted.label === null ? `${Math.floor(seconds)} seconds of speech` : "Speech is heard";
}

function Hearing({ recorder, state }: { readonly recorder: Recorder; readonly state: RecorderState }): JSX.Element {
  const { phase, seconds, note } = state;
  const { label, enough } = state.wanted;
  const hearing = phase === "hearing";
  return (
    <>
      <p class="lead">{label === null ? "Read this in your everyday voice, or say anything:" : situation(label)}</p>
      <blockquote>{label === null ? READ_ALOUD : SENTENCE}</blockquote>
      <Wave recorder={recorder} label={label} />
      <p class="counter">
        {hearing ? (
          <>
            <strong class="figure">{seconds.toFixed(1)} s</strong>{" "}
            {label === null ? `of ${Math.round(enough.speech)} s of speech` : "of speech"}
          </>
        ) : (
          "Waiting for the microphone. The browser may ask you for permission."
        )}
      </p>
      {label === null ? (
        <progress max={enough.speech} value={seconds} aria-label="Speech that has been heard" />
      ) : (
        <p class="note">It stops by itself when you have said it.</p>
      )}
      <div class="row">
        <button class="primary" type="button" disabled={!hearing || seconds === 0} onClick={() => recorder.done()}>
          Done
        </button>
        <button type="button" onClick={() => recorder.cancel()}>
          Cancel
        </button>
        <DeviceChoice devices={recorder.devices} choose={(id) => void recorder.start(id)} />
      </div>
      {note === null ? null : <p class="note">{note}</p>}
    </>
  );
}

function Trouble({ recorder, state }: { readonly recorder: Recorder; readonly state: RecorderState }): JSX.Element {
  return (
    <div role="alert" class="trouble">
      <p class="lead">
        <strong>{state.problem?.title}.</strong> {state.problem?.advice}
      </p>
      <div class="row">
        <button class="primary" type="button" onClick={() => void recorder.start()}>
          Try again
        </button>
        <button type="button" onClick={() => recorder.cancel()}>
          Close
        </button>
        <DeviceChoice devices={recorder.devices} choose={(id) => void recorder.start(id)} />
      </div>
    </div>
  );
}

function Dialog({ recorder, state }: { readonly recorder: Recorder; readonly state: RecorderState }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  const { label } = state.wanted;
  useEffect(() => {
    const dialog = ref.current!;
    const asked = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      // Removed at once, it does not give the focus back by itself.
      if (asked instanceof HTMLElement) asked.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class="recorder"
      aria-labelledby="recorder-title"
      onCancel={(event) => {
        event.preventDefault();
        recorder.cancel();
      }}
    >
      <h2 id="recorder-title">
        {label === null ? null : <Glyph label={label} />}
        {label === null ? "Your everyday voice" : title(label)}
      </h2>
      {state.phase === "problem" ? (
        <Trouble recorder={recorder} state={state} />
      ) : (
        <Hearing recorder={recorder} state={state} />
      )}
      <p class="unseen" role="status">
        {inWords(state)}
      </p>
    </dialog>
  );
}

/** Asks for a piece of the voice, over everything else. */
export function RecorderView({ recorder }: { readonly recorder: Recorder }): JSX.Element | null {
  const state = useStore(recorder);
  // Leaving the view ends it.
  useEffect(() => () => recorder.cancel(), [recorder]);
  return state.phase === "closed" ? null : <Dialog recorder={recorder} state={state} />;
}
