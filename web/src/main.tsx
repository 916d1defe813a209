import { render } from "preact";
import { App } from "./app.tsx";
import { Engine } from "./engine/engine.ts";
import { FileSession } from "./file/session.ts";
import { LiveSession } from "./live/session.ts";

const engine = new Engine();
const root = document.querySelector("#app")!;
root.replaceChildren();
render(<App engine={engine} live={new LiveSession(engine)} file={new FileSession(engine)} />, root);

// The page is of use before it is kept: its files are fetched for later when the model is there.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void engine.ready.then(() => navigator.serviceWorker.register("./sw.js")).catch(() => undefined);
}
