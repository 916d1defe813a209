import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useFrames } from "../look/canvas.ts";
import { percent } from "../look/emotions.ts";
import { Glyph } from "../look/glyph.tsx";
import { useStore } from "../look/store.ts";
import { Voices } from "../look/voices.tsx";
import type { VoiceKeeper } from "../voice/keeper.ts";
import { DeviceChoice } from "./device-choice.tsx";
import { drawHistory } from "./draw.ts";
import { BARS_PER_SECOND } from "./history.ts";
import { Announcer, Readout } from "./readout.tsx";
import type { LiveSession, LiveState } from "./session.ts";

interface Shown {
  readonly session: LiveSession;
  readonly labels: readonly string[];
  readonly keeper: VoiceKeeper;
}

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The moment at the picture's right edge, in seconds of sound. */
function shownUntil(session: LiveSession): number {
  const { history, heardAt } = session;
  if (reducedMotion.matches) return Math.floor(history.seconds);
  const since = Math.min(1 / BARS_PER_SECOND, (performance.now() - heardAt) / 1000);
  return history.seconds + since - 1 / BARS_PER_SECOND;
}

/** Waveform and lanes, one above the other, with their names and values. */
function Scope({ session, labels, state }: Omit<Shown, "keeper"> & { readonly state: LiveState }): JSX.Element {
  const canvas = useFrames((surface) => {
    const wave = Number.parseFloat(surface.color("--wave"));
    const lane = (surface.height - wave) / labels.length;
    drawHistory(surface, session.history, labels, shownUntil(session), { wave, lane });
  });
  const { voice } = state;
  const values = voice.kind === "measured" ? voice.probabilities : null;
  const best = voice.kind === "measured" && !voice.unsure ? voice.emotion : null;
  return (
    <div class="scope">
      <canvas
        ref={canvas}
        role="img"
        aria-label="The voice and the probability of each emotion over the last seconds"
      />
      <ul class="lanes" aria-label="Probability of each emotion now">
        {labels.map((label) => (
          <li key={label} class={label === best ? "best" : ""}>
            <span>
              <Glyph label={label} />
              {label}
            </span>
            <span class="figure">{values ? percent(values[label] ?? 0) : "–"}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** By whose voice it is answered, and the way there. */
function VoiceLink({ keeper }: Pick<Shown, "keeper">): JSX.Element | null {
  const { kept } = useStore(keeper);
  if (kept === undefined) return null;
  const used = keeper.inUse;
  return (
    <p class="whose">
      {used ? "Answered by " : "Wrong about you? "}
      <a href="#voice">{used ? used.name : "Teach it your voice"}</a>
    </p>
  );
}

function Invitation({ session, labels }: Omit<Shown, "keeper">): JSX.Element {
  return (
    <section class="hero">
      <h1>How does your voice sound?</h1>
      <p class="lead">Speak, and watch the emotion in your voice as it moves. Audio never leaves this device.</p>
      <button class="primary" type="button" onClick={() => void session.start()}>
        Start listening
      </button>
      <Voices labels={labels} />
    </section>
  );
}

function Trouble({ session, state }: { readonly session: LiveSession; readonly state: LiveState }): JSX.Element {
  return (
    <section class="hero" role="alert">
      <h1>{state.problem?.title}</h1>
      <p class="lead">{state.problem?.advice}</p>
      <p class="row">
        <button class="primary" type="button" onClick={() => void session.start()}>
          Start again
        </button>
        <a class="button" href="#file">
          Open a recording
        </a>
      </p>
      <DeviceChoice devices={session.devices} choose={(id) => void session.start(id)} />
    </section>
  );
}

/** The microphone's view. Leaving it ends the listening. */
export function LiveView({ session, labels, keeper }: Shown): JSX.Element {
  const state = useStore(session);
  useEffect(() => () => session.stop(), [session]);
  if (state.phase === "idle") return <Invitation session={session} labels={labels} />;
  if (state.phase === "problem") return <Trouble session={session} state={state} />;
  if (state.phase === "asking") {
    return (
      <section class="hero" aria-busy="true">
        <h1 class="faint">Waiting for the microphone</h1>
        <p class="lead">The browser may ask you for permission.</p>
      </section>
    );
  }
  return (
    <section class="live" aria-label="Listening">
      <Readout voice={state.voice} />
      <Announcer voice={state.voice} />
      <Scope session={session} labels={labels} state={state} />
      <div class="row controls">
        <button class="primary" type="button" onClick={() => session.stop()}>
          Stop
        </button>
        <DeviceChoice devices={session.devices} choose={(id) => void session.start(id)} />
      </div>
      <VoiceLink keeper={keeper} />
      {state.note === null ? null : <p class="note">{state.note}</p>}
      {state.late > 2 ? (
        <p class="note">This device is busy: what you see is {Math.round(state.late)} s behind your voice.</p>
      ) : null}
    </section>
  );
}
