import { render } from "preact";
import { App } from "./app.tsx";
import { Engine } from "./engine/engine.ts";
import { FileSession } from "./file/session.ts";
import { Devices } from "./live/devices.ts";
import { LiveSession } from "./live/session.ts";
import { VoiceKeeper } from "./voice/keeper.ts";
import { Lesson } from "./voice/lesson.ts";
import { Recorder } from "./voice/recorder.ts";

const engine = new Engine();
const devices = new Devices();
const file = new FileSession(engine);
// What is shown of a file is what answers now.
const keeper = new VoiceKeeper(engine, () => file.again());
const lesson = new Lesson(engine, new Recorder(engine, devices), keeper);
const root = document.querySelector("#app")!;
root.replaceChildren();
render(
  <App engine={engine} live={new LiveSession(engine, devices)} file={file} keeper={keeper} lesson={lesson} />,
  root,
);

// The page is of use before it is kept: its files are fetched for later when the model is there.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void engine.ready.then(() => navigator.serviceWorker.register("./sw.js")).catch(() => undefined);
}
