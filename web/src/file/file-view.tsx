import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Engine } from "../engine/engine.ts";
import { useStore } from "../look/store.ts";
import type { Kept, VoiceKeeper } from "../voice/keeper.ts";
import { clock, percent } from "../look/emotions.ts";
import { FileButton, SOUND } from "../look/file-button.tsx";
import type { Picture } from "./draw.ts";
import { type Format, FORMATS, render, save, toPng } from "./exports.ts";
import type { FileSession, FileState } from "./session.ts";
import { SegmentList, Summary } from "./summary.tsx";
import { Timeline } from "./timeline.tsx";

/** The choice of a recording. */
function Choose({
  session,
  words,
  primary = false,
}: {
  readonly session: FileSession;
  readonly words: string;
  readonly primary?: boolean;
}): JSX.Element {
  const open = ([file]: readonly File[]): void => session.open(file!);
  return <FileButton words={words} label="Recording" accept={SOUND} primary={primary} open={open} />;
}

function PlayButton({ session }: { readonly session: FileSession }): JSX.Element {
  const { playing, trouble } = useStore(session.player);
  return (
    <>
      <button class="primary" type="button" onClick={() => session.player.toggle()} disabled={trouble !== ""}>
        {playing ? "Pause" : "Play"}
      </button>
      {trouble === "" ? null : <span class="note">{trouble}</span>}
    </>
  );
}

function Opened({
  session,
  state,
  engine,
  voice,
}: {
  readonly session: FileSession;
  readonly state: FileState;
  readonly engine: Engine;
  readonly voice: Kept | null;
}): JSX.Element {
  const picture = useRef<() => { readonly canvas: HTMLCanvasElement; readonly picture: Picture }>(null!);
  const { name, segments, seconds, share } = state;
  const done = state.phase === "done";
  const download = async (format: Format): Promise<void> => {
    const base = name.replace(/\.[^.]*$/, "");
    if (format === "png") {
      const seen = picture.current();
      save(await toPng(seen.canvas, seen.picture), `${base}.png`);
    } else save(render(format, name, segments, await engine.ready, voice?.voice), `${base}.${format}`);
  };
  return (
    <section class="opened" aria-label={name} aria-busy={!done}>
      <header>
        <p class="sub">
          {name}
          {done ? `, ${clock(seconds)}` : ""}
          {voice ? (
            <>
              , answered by <a href="#voice">{voice.name}</a>
            </>
          ) : null}
        </p>
        <Summary segments={segments} done={done} />
      </header>
      <Timeline session={session} state={state} picture={picture} />
      {done ? null : (
        <p class="work">
          <progress max={1} value={share} aria-label="Share of the recording that has been heard" /> {percent(share)}{" "}
          heard
        </p>
      )}
      <div class="row">
        <PlayButton session={session} />
        <Choose session={session} words="Another file" />
        {done && segments.length > 0 ? (
          <div class="save" role="group" aria-label="Save the timeline">
            <span>Save as</span>
            {FORMATS.map((format) => (
              <button key={format} type="button" onClick={() => void download(format)}>
                {format === "vtt" ? "WebVTT" : format.toUpperCase()}
              </button>
            ))}
          </div>
        ) : null}
      </div>
      {done ? <SegmentList segments={segments} seek={(time) => session.player.seek(time)} /> : null}
      <p class="unseen" role="status">
        {done ? `Done: ${segments.length} segments in ${clock(seconds)}` : ""}
      </p>
    </section>
  );
}

/** The view of a recording. */
export function FileView({
  session,
  engine,
  keeper,
}: {
  readonly session: FileSession;
  readonly engine: Engine;
  readonly keeper: VoiceKeeper;
}): JSX.Element {
  const state = useStore(session);
  useStore(keeper);
  if (state.phase === "working" || state.phase === "done")
    return <Opened key={state.name} session={session} state={state} engine={engine} voice={keeper.inUse} />;
  if (state.phase === "failed") {
    return (
      <section class="hero" role="alert">
        <h1>This file could not be read</h1>
        <p class="lead">
          {state.name}: {state.failure}
        </p>
        <p class="row">
          <Choose session={session} words="Choose another file" primary />
        </p>
      </section>
    );
  }
  return (
    <section class="hero">
      <h1>Open a recording</h1>
      <p class="lead">
        Drop it anywhere on this page, or choose it: wav, mp3, m4a, flac, ogg, opus, webm, aiff. It is read on this
        device and sent nowhere.
      </p>
      <Choose session={session} words="Choose a file" primary />
    </section>
  );
}
