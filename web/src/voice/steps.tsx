import type { ComponentChildren, JSX } from "preact";
import { LEAST_NEUTRAL_SECONDS } from "../../../src/recognize/voice-limits.ts";
import { FileButton, SOUND } from "../look/file-button.tsx";
import { Glyph } from "../look/glyph.tsx";
import type { Lesson, LessonState, Place } from "./lesson.ts";
import { type Clip, ENOUGH_NEUTRAL, speechIn } from "./recordings.ts";
import { Take } from "./takes.tsx";

interface Props {
  readonly lesson: Lesson;
  readonly state: LessonState;
  readonly labels: readonly string[];
}

/** A numbered part of the way. */
export function Step({
  number,
  title,
  children,
}: {
  readonly number: number;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="step">
      <span class="number" aria-hidden="true">
        {number}
      </span>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Where files that are dropped on an element go. */
export const PLACE = "data-place";

/** The place that an element, or what it lies in, stands for. */
export function placeOf(element: EventTarget | null): Place {
  const place = element instanceof Element ? element.closest(`[${PLACE}]`)?.getAttribute(PLACE) : null;
  if (place === null || place === undefined) return null;
  return place === "" ? { neutral: true } : { label: place };
}

/** Neutral seconds. */
export function NeutralStep({ lesson, state, labels }: Props): JSX.Element {
  const { neutral } = state;
  return (
    <Step number={1} title="Speak without emotion">
      <p class="how">
        {LEAST_NEUTRAL_SECONDS} seconds of speech are enough, {ENOUGH_NEUTRAL} are better. Use the microphone that you
        will use later: its sound is learnt, too.
      </p>
      <div class="row takes" {...{ [PLACE]: "" }}>
        {neutral.map((recording, i) => (
          <Take key={recording.id} lesson={lesson} recording={recording} words={`neutral recording ${i + 1}`} />
        ))}
        <button class={neutral.length === 0 ? "primary" : ""} type="button" onClick={() => void lesson.recordNeutral()}>
          {neutral.length === 0 ? "Record" : "Record more"}
        </button>
        <FileButton
          words="Choose recordings"
          label="Neutral recordings"
          accept={SOUND}
          multiple
          open={(files) => void lesson.add(files, { neutral: true }, labels)}
        />
      </div>
      {neutral.length === 0 ? null : (
        <p class="note">
          <span class="figure">{speechIn(neutral).toFixed(1)} s</span> of speech
        </p>
      )}
    </Step>
  );
}

function Row({
  lesson,
  label,
  clips,
}: {
  readonly lesson: Lesson;
  readonly label: string;
  readonly clips: readonly Clip[];
}): JSX.Element {
  return (
    <li {...{ [PLACE]: label }}>
      <span class="which">
        <Glyph label={label} />
        {label}
        {clips.length === 0 ? null : (
          <span class="figure count">
            <span class="unseen">, clips: </span>
            {clips.length}
          </span>
        )}
      </span>
      <span class="row takes">
        {clips.map((clip, i) => (
          <Take
            key={clip.id}
            lesson={lesson}
            recording={clip}
            words={`clip ${i + 1}, ${label}`}
            again={() => void lesson.recordClip(label, clip.id)}
          />
        ))}
      </span>
      <button type="button" aria-label={`Record ${label}`} onClick={() => void lesson.recordClip(label)}>
        Record
      </button>
    </li>
  );
}

/** Files whose names do not tell the emotion. */
function Undecided({
  lesson,
  clips,
  labels,
}: {
  readonly lesson: Lesson;
  readonly clips: readonly Clip[];
  readonly labels: readonly string[];
}): JSX.Element | null {
  if (clips.length === 0) return null;
  return (
    <ul class="undecided" aria-label="Recordings whose emotion is not known yet">
      {clips.map((clip) => (
        <li key={clip.id}>
          <span class="filename">{clip.name}</span>
          <select
            aria-label={`Emotion of ${clip.name}`}
            value=""
            onChange={({ currentTarget: { value } }) => lesson.label(clip.id, value === "(none)" ? null : value)}
          >
            <option value="" disabled>
              Which emotion?
            </option>
            {labels.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
            <option value="(none)">none: speech without emotion</option>
          </select>
          <Take lesson={lesson} recording={clip} words={clip.name} />
        </li>
      ))}
    </ul>
  );
}

/** Labelled clips. */
export function ClipsStep({ lesson, state, labels }: Props): JSX.Element {
  const { clips } = state;
  return (
    <Step
      number={2}
      title={
        <>
          Act some emotions <span class="faint">optional</span>
        </>
      }
    >
      <p class="how">
        5 to 30 short clips of two or more emotions, about as many of each: what is missing among them becomes rarer in
        the answers.
      </p>
      <ul class="acts">
        {labels.map((label) => (
          <Row key={label} lesson={lesson} label={label} clips={clips.filter((clip) => clip.label === label)} />
        ))}
      </ul>
      <Undecided lesson={lesson} clips={clips.filter(({ label }) => label === "")} labels={labels} />
      <div class="row">
        <FileButton
          words="Choose clips"
          label="Clips in known emotions"
          accept={SOUND}
          multiple
          open={(files) => void lesson.add(files, null, labels)}
        />
        <span class="note">or drop them on their emotion</span>
      </div>
    </Step>
  );
}
