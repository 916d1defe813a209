import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { save } from "../file/exports.ts";
import type { Kept, VoiceKeeper } from "./keeper.ts";
import { contents } from "./recordings.ts";

/** `22 November 2026, 21:40`, in the time of the device. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}

function Removal({ remove }: { remove(): void }): JSX.Element {
  const [asked, ask] = useState(false);
  if (!asked) {
    return (
      <button type="button" onClick={() => ask(true)}>
        Remove
      </button>
    );
  }
  return (
    <span class="row" role="group" aria-label="Remove the voice for good?">
      <button type="button" class="danger" ref={(button) => button?.focus()} onClick={remove}>
        Remove for good
      </button>
      <button type="button" onClick={() => ask(false)}>
        Keep
      </button>
    </span>
  );
}

/** The voice that is kept: its name, what it was made of, whether it is used. */
export function KeptView({
  keeper,
  kept,
  focused,
  removed,
}: {
  readonly keeper: VoiceKeeper;
  readonly kept: Kept;
  /** It has just been learnt: the focus comes here. */
  readonly focused: boolean;
  removed(): void;
}): JSX.Element {
  const { name, voice, on, text } = kept;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (focused) section.current!.focus();
  }, [focused]);
  return (
    <section
      ref={section}
      tabIndex={-1}
      class="kept"
      aria-label="The voice that is kept"
      data-use={voice ? (on ? "on" : "off") : "refused"}
    >
      <div class="row">
        <input
          aria-label="Name of the voice"
          class="rename"
          value={name}
          maxLength={40}
          onChange={(event) => keeper.rename(event.currentTarget.value)}
        />
        {voice ? (
          <button
            type="button"
            class="switch"
            role="switch"
            aria-checked={on}
            aria-label="Answer by this voice"
            onClick={() => void keeper.use(!on)}
          >
            <span aria-hidden="true" />
            {on ? "in use" : "off"}
          </button>
        ) : (
          <span class="muted">not used</span>
        )}
      </div>
      {voice ? (
        <p class="how">
          Learnt {moment(voice.created)} from{" "}
          {contents(voice.baseline?.recordings ? voice.baseline : null, voice.head?.clips ?? 0, "speech")}.{" "}
          {on ? "Live and recorded speech is answered by it." : "Speech is answered as for any voice."}
        </p>
      ) : null}
      <div class="row">
        {voice && on ? (
          <a class="button" href="#live">
            Try it live
          </a>
        ) : null}
        <button type="button" onClick={() => save(text, `${name}.voice.json`)}>
          Export
        </button>
        <Removal remove={() => void keeper.remove().then(removed)} />
      </div>
    </section>
  );
}
