import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { EMOTIONS } from "../../src/emotions.ts";
import { AboutView } from "./about/about-view.tsx";
import type { Engine } from "./engine/engine.ts";
import type { ModelFacts } from "./engine/messages.ts";
import { FileView } from "./file/file-view.tsx";
import type { FileSession } from "./file/session.ts";
import { LiveView } from "./live/live-view.tsx";
import type { LiveSession } from "./live/session.ts";

const VIEWS = { live: "Live", file: "File", about: "About" } as const;
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
function useDrop(open: (file: File) => void): boolean {
  const [over, setOver] = useState(false);
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
        const file = event.dataTransfer?.files[0];
        if (file) open(file);
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
}

/** The frame around the views. */
export function App({ engine, live, file }: AppProps): JSX.Element {
  const view = useView();
  const told = useModel(engine);
  const model = typeof told === "string" ? null : told;
  const over = useDrop((dropped) => {
    location.hash = "#file";
    file.open(dropped);
  });
  useEffect(() => {
    document.title = view === "live" ? "Speech emotion" : `${VIEWS[view]} – Speech emotion`;
  }, [view]);
  return (
    <div class={over ? "page over" : "page"} data-model={told === null ? "loading" : model ? "ready" : "broken"}>
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
          <LiveView session={live} labels={model?.labels ?? EMOTIONS} />
        ) : view === "file" ? (
          <FileView session={file} engine={engine} />
        ) : (
          <AboutView model={model} />
        )}
      </main>
      <footer>
        <p>
          Acted emotions, not feelings. <a href="#about">What this can and cannot tell you</a>
        </p>
        <p>
          {model
            ? `Model ${model.preset}, ${model.created.slice(0, 10)} · version ${__VERSION__}`
            : "Loading the model …"}
        </p>
      </footer>
      {over ? <p class="drop">Drop the recording</p> : null}
    </div>
  );
}
