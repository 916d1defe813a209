import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { EMOTIONS } from "../../src/emotions.ts";
import { AboutView } from "./about/about-view.tsx";
import type { Engine } from "./engine/engine.ts";
import type { ModelFacts } from "./engine/messages.ts";
import { FileView } from "./file/file-view.tsx";
import type { FileSession } from "./file/session.ts";
import { LiveView } from "./live/live-view.tsx";
import type { LiveSession } from "./live/session.ts";
import { useStore } from "./look/store.ts";
import type { VoiceKeeper } from "./voice/keeper.ts";
import type { Lesson } from "./voice/lesson.ts";
import { placeOf } from "./voice/steps.tsx";
import { VoiceView } from "./voice/voice-view.tsx";

const VIEWS = { live: "Live", file: "File", voice: "Voice", about: "About" } as const;
type View = keyof typeof VIEWS;

const viewOf = (hash: string): View => (Object.keys(VIEWS) as View[]).find((view) => `#${view}` === hash) ?? "live";

function useView(): View {
  const [view, show] = useState(viewOf(location.hash));
  useEffect(() => {
    const changed = (): void => show(viewOf(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return view;
}

/** Files can be dropped on any view. @returns whether one is held over the page */
function useDrop(open: (files: readonly File[], on: EventTarget | null) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const events: Record<string, (event: DragEvent) => void> = {
      dragover: (event) => {
        event.preventDefault();
        setOver(true);
      },
      dragleave: (event) => {
        if (event.relatedTarget === null) setOver(false);
      },
      drop: (event) => {
        event.preventDefault();
        setOver(false);
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length > 0) latest.current(files, event.target);
      },
    };
    const entries = Object.entries(events) as ["drop", (event: DragEvent) => void][];
    for (const [name, listener] of entries) document.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) document.removeEventListener(name, listener);
    };
  }, []);
  return over;
}

/** What the page knows of the model: null while it loads, a sentence when it cannot. */
function useModel(engine: Engine): ModelFacts | string | null {
  const [model, set] = useState<ModelFacts | string | null>(null);
  useEffect(() => {
    engine.ready.then(set, (error: Error) => set(error.message));
  }, [engine]);
  return model;
}

/** What the page is made of. */
export interface AppProps {
  readonly engine: Engine;
  readonly live: LiveSession;
  readonly file: FileSession;
  readonly keeper: VoiceKeeper;
  readonly lesson: Lesson;
}

/** Opens what was dropped: a recording, a voice, or recordings to learn a voice from. */
function dropped(
  { file, keeper, lesson }: AppProps,
  view: View,
  labels: readonly string[],
  files: readonly File[],
  on: EventTarget | null,
): void {
  const voice = files.find(({ name }) => name.toLowerCase().endsWith(".json"));
  if (voice) {
    location.hash = "#voice";
    void keeper.import(voice);
  } else if (view === "voice") void lesson.add(files, placeOf(on), labels);
  else {
    location.hash = "#file";
    file.open(files[0]!);
  }
}

/** What answers, and by whose voice. */
function Footer({ model, keeper }: { readonly model: ModelFacts | null; readonly keeper: VoiceKeeper }): JSX.Element {
  useStore(keeper);
  const voice = keeper.inUse;
  return (
    <footer>
      <p>
        Acted emotions, not feelings. <a href="#about">What this can and cannot tell you</a>
      </p>
      <p>
        {model
          ? `Model ${model.preset}, ${model.created.slice(0, 10)} · version ${__VERSION__}`
          : "Loading the model …"}
        {voice ? (
          <>
            {" "}
            · voice <a href="#voice">{voice.name}</a>
          </>
        ) : null}
      </p>
    </footer>
  );
}

/** The frame around the views. */
export function App(props: AppProps): JSX.Element {
  const { engine, live, file, keeper, lesson } = props;
  const view = useView();
  const told = useModel(engine);
  const model = typeof told === "string" ? null : told;
  const labels = model?.labels ?? EMOTIONS;
  const over = useDrop((files, on) => dropped(props, view, labels, files, on));
  useEffect(() => {
    document.title = view === "live" ? "Speech emotion" : `${VIEWS[view]} – Speech emotion`;
  }, [view]);
  return (
    <div
      class={over ? `page over over-${view}` : "page"}
      data-model={told === null ? "loading" : model ? "ready" : "broken"}
    >
      <header class="top">
        <a class="name" href="#live">
          Speech emotion
        </a>
        <nav aria-label="Views">
          {Object.entries(VIEWS).map(([name, words]) => (
            <a key={name} href={`#${name}`} aria-current={name === view ? "page" : undefined}>
              {words}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {typeof told === "string" ? (
          <section class="hero" role="alert">
            <h1>The model did not load</h1>
            <p class="lead">{told} Check the network and load the page again.</p>
          </section>
        ) : view === "live" ? (
          <LiveView session={live} labels={labels} keeper={keeper} />
        ) : view === "file" ? (
          <FileView session={file} engine={engine} keeper={keeper} />
        ) : view === "voice" ? (
          <VoiceView lesson={lesson} keeper={keeper} model={model} />
        ) : (
          <AboutView model={model} />
        )}
      </main>
      <Footer model={model} keeper={keeper} />
      {over ? <p class="drop">{view === "voice" ? "Drop recordings of your voice" : "Drop the recording"}</p> : null}
    </div>
  );
}
