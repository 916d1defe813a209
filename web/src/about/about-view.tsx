import type { JSX } from "preact";
import type { ModelFacts } from "../engine/messages.ts";
import { percent, UNSURE_BELOW } from "../look/emotions.ts";

/** What this can and cannot tell, and what answers. */
export function AboutView({ model }: { readonly model: ModelFacts | null }): JSX.Element {
  return (
    <section class="about">
      <h1>What this can and cannot tell you</h1>
      <div class="columns">
        <div>
          <h2>It can</h2>
          <ul>
            <li>
              say which of {model?.labels.length ?? "seven"} acted emotions a voice sounds most like, and how sure it
              is;
            </li>
            <li>show how that changes within a conversation or a recording;</li>
            <li>say “no speech” to silence and noise, and “unsure” below {percent(UNSURE_BELOW)}.</li>
          </ul>
        </div>
        <div>
          <h2>It cannot</h2>
          <ul>
            <li>know what anybody feels. It learnt from actors who played emotions, in English, in quiet rooms;</li>
            <li>understand words. It hears only how something is said;</li>
            <li>
              be right about everybody: voices, languages, accents, ages and microphones unlike those it learnt from are
              guesses.
            </li>
          </ul>
        </div>
      </div>
      <p class="lead">
        Do not use it to decide about people: not for hiring, grading, policing, insuring, diagnosing or lie detection.
      </p>
      {model?.test ? (
        <p>
          On {model.test.recordings.toLocaleString("en")} acted recordings that it had never met it was right in{" "}
          <strong>{percent(model.test.accuracy)}</strong>. One guess in seven would be right by chance. Everyday speech
          is harder.
        </p>
      ) : null}
      <h2>Your voice stays here</h2>
      <p>
        Microphone and files are worked on in this browser, on this device. The page’s rules let it connect to nothing
        but the place that it came from, no sound is stored, and after the first visit it works without any network. If
        you teach it <a href="#voice">your voice</a>, a list of numbers is kept in this browser until you remove it.
      </p>
      <h2>What answers</h2>
      {model ? (
        <dl>
          <dt>Page</dt>
          <dd>speech-emotion {__VERSION__}</dd>
          <dt>Model</dt>
          <dd>
            {model.preset}, made {model.created.slice(0, 10)} by version {model.version}
          </dd>
          <dt>Features</dt>
          <dd>{model.featureSet}</dd>
          <dt>Learnt from</dt>
          <dd>{model.licences.map(({ corpus, licence }) => `${corpus} (${licence})`).join(", ")}</dd>
        </dl>
      ) : (
        <p>The model is loading.</p>
      )}
    </section>
  );
}
