import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { EMOTIONS } from "../../../src/emotions.ts";
import type { ModelFacts } from "../engine/messages.ts";
import { FileButton } from "../look/file-button.tsx";
import { useStore } from "../look/store.ts";
import { Expectation } from "./expect.tsx";
import type { VoiceKeeper } from "./keeper.ts";
import { KeptView } from "./kept-view.tsx";
import type { Lesson, LessonState } from "./lesson.ts";
import { RecorderView } from "./recorder-view.tsx";
import { contents, missing, speechIn } from "./recordings.ts";
import { ClipsStep, NeutralStep, Step } from "./steps.tsx";

/** The button that learns, why it cannot, or how far it is. */
function LearnStep({
  lesson,
  state,
  learnt,
}: {
  readonly lesson: Lesson;
  readonly state: LessonState;
  learnt(): void;
}): JSX.Element {
  const { neutral, clips, learning, reading, trouble } = state;
  const wanting = missing(neutral, clips);
  const holds = contents(neutral.length === 0 ? null : { seconds: speechIn(neutral) }, clips.length, "neutral speech");
  return (
    <Step number={3} title="Learn">
      <p class="how" id="learn-why">
        {wanting ?? `From ${holds}, on this device, in seconds. The recordings are forgotten then.`}
      </p>
      <div class="row">
        <button
          class="primary large"
          type="button"
          disabled={wanting !== null || learning !== null || reading > 0}
          aria-describedby="learn-why"
          onClick={() => void lesson.learn().then((could) => (could ? learnt() : undefined))}
        >
          Learn my voice
        </button>
        {learning ? (
          <span class="work">
            <progress max={learning.total} value={learning.done} aria-label="Recordings that have been heard" />
            {learning.done < learning.total
              ? `listening to ${learning.done + 1} of ${learning.total}`
              : clips.length > 0
                ? "teaching the last layer"
                : "done"}
          </span>
        ) : null}
        {reading > 0 ? <span class="work">reading {reading === 1 ? "a file" : `${reading} files`} …</span> : null}
      </div>
      {trouble === "" ? null : (
        <p role="alert" class="trouble">
          {trouble}
        </p>
      )}
    </Step>
  );
}

function Import({ keeper, words }: { readonly keeper: VoiceKeeper; readonly words: string }): JSX.Element {
  return (
    <FileButton
      words={words}
      label="Voice file"
      accept=".json,application/json"
      open={([file]) => void keeper.import(file!)}
    />
  );
}

interface Props {
  readonly lesson: Lesson;
  readonly keeper: VoiceKeeper;
  readonly model: ModelFacts | null;
}

/** Teaching the model one voice, and what is kept of it. */
export function VoiceView({ lesson, keeper, model }: Props): JSX.Element {
  const { kept, trouble } = useStore(keeper);
  const state = useStore(lesson);
  const [anew, setAnew] = useState(false);
  const [learnt, setLearnt] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const labels = model?.labels ?? EMOTIONS;
  const teaching = kept === null || anew || state.neutral.length + state.clips.length > 0;
  return (
    <section class="voice" aria-busy={kept === undefined || state.learning !== null}>
      <h1 ref={heading} tabIndex={-1}>
        Your voice
      </h1>
      <p class="lead">
        The model has learnt from many voices, but not from yours. A few seconds of it can make the answers about you
        less wrong.
      </p>
      {trouble === "" ? null : (
        <p role="alert" class="trouble">
          {trouble}
        </p>
      )}
      {kept ? (
        <KeptView
          key={kept.voice?.created}
          keeper={keeper}
          kept={kept}
          focused={learnt}
          removed={() => heading.current?.focus()}
        />
      ) : null}
      {teaching ? (
        <div class="steps">
          {model?.neutral === false ? null : <NeutralStep lesson={lesson} state={state} labels={labels} />}
          <ClipsStep lesson={lesson} state={state} labels={labels} />
          <LearnStep
            lesson={lesson}
            state={state}
            learnt={() => {
              setAnew(false);
              setLearnt(true);
            }}
          />
        </div>
      ) : null}
      <div class="row">
        {kept && !teaching ? (
          <button
            type="button"
            onClick={() => {
              setLearnt(false);
              setAnew(true);
            }}
          >
            Learn it again
          </button>
        ) : null}
        <Import keeper={keeper} words={kept ? "Import another voice" : "Import a voice"} />
        <span class="note">from “ser calibrate”, or exported here</span>
      </div>
      <Expectation />
      <section>
        <h2>What is kept</h2>
        <p class="how">
          Recordings of your voice never leave this device, lie in the page’s memory only, and are forgotten once they
          are learnt or the page is closed. What is kept, in this browser alone, is a list of numbers of a few
          kilobytes, from which no sound can be made. It belongs to this version of the model.
        </p>
      </section>
      <p class="unseen" role="status">
        {kept?.voice && !teaching ? `The voice ${kept.name} is ${kept.on ? "in use" : "off"}` : ""}
      </p>
      <RecorderView recorder={lesson.recorder} />
    </section>
  );
}
