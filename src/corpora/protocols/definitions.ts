import { named } from "../../nearest.ts";
import type { Corpus } from "../corpus.ts";
import { CREMA_D } from "../crema-d.ts";
import { CORPORA } from "../known-corpora.ts";
import { RAVDESS } from "../ravdess.ts";
import { SAVEE } from "../savee.ts";
import { TESS } from "../tess.ts";
import type { FoldCorpus, Protocol, ProtocolFold, Question } from "./protocol.ts";
import { EMOBOX_RAVDESS, EMOBOX_SAVEE, EVAR_TEST, EVAR_VALIDATION } from "./published.ts";
import { CREMA_D_SIXTHS, TESS_SIXTHS, TESS_WORDS } from "./sixths.ts";

const names: readonly string[] = CORPORA.map(({ name }) => name);
const EMOBOX = "EmoBox, arXiv 2406.07162";
const EVAR = "EVAR, github.com/nttcslab/eval-audio-repr";

/** `test` of a corpus's groups for testing, all others for training. */
function apart(corpus: Corpus, test: readonly string[]): FoldCorpus {
  const groups = corpus.splitBy === "sentence" ? TESS_WORDS : corpus.speakers;
  return { groupBy: corpus.splitBy, test, train: groups.filter((group) => !test.includes(group)) };
}

const whole = (corpus: Corpus): FoldCorpus =>
  apart(corpus, corpus.splitBy === "sentence" ? TESS_WORDS : corpus.speakers);

const question = (corpus: Corpus, labels: string, classes: number): Question => ({
  name: `${corpus.name}-${classes}`,
  title: `${corpus.title}, ${classes} emotions`,
  labels,
  corpora: [corpus.name],
});

const SIX = "angry,disgust,fear,happy,neutral,sad";
const RAVDESS_8 = question(RAVDESS, "8", 8);
const SAVEE_7 = question(SAVEE, "7", 7);
const CREMA_D_6 = question(CREMA_D, SIX, 6);
const POOLED: Question = { name: "pooled-7", title: "all corpora, 7 emotions, calm counts as neutral", labels: "7" };

const evar = (summary: string, name: string, fold: FoldCorpus, title: string): Protocol => ({
  name,
  summary,
  source: EVAR,
  leaky: false,
  corpora: [CREMA_D.name],
  labels: SIX,
  folds: [{ fold: 1, title, corpora: { [CREMA_D.name]: fold } }],
  questions: [CREMA_D_6],
});

const EVAR_TRAIN = CREMA_D.speakers.filter((each) => !EVAR_TEST.includes(each) && !EVAR_VALIDATION.includes(each));

/** Every named protocol, in the order of `ser protocol --list`. */
export const PROTOCOLS: readonly Protocol[] = [
  {
    name: "four-corpora",
    summary: "all four corpora, 6 folds, speakers (in TESS: words) disjoint; three questions from one 8-class training",
    source: `${EMOBOX}, for RAVDESS and SAVEE; fixed sixths of CREMA-D's speakers and TESS's words`,
    leaky: false,
    corpora: names,
    labels: "8",
    folds: EMOBOX_RAVDESS.map((actors, i): ProtocolFold => ({
      fold: i + 1,
      title: `RAVDESS fold ${i + 1}${EMOBOX_SAVEE[i] === undefined ? "" : `, SAVEE ${EMOBOX_SAVEE[i]}`}, a sixth of CREMA-D and TESS`,
      corpora: {
        [RAVDESS.name]: apart(RAVDESS, actors),
        [CREMA_D.name]: apart(CREMA_D, CREMA_D_SIXTHS[i]!),
        [TESS.name]: apart(TESS, TESS_SIXTHS[i]!),
        [SAVEE.name]: apart(SAVEE, EMOBOX_SAVEE.slice(i, i + 1)),
      },
    })),
    questions: [
      POOLED,
      {
        ...POOLED,
        name: "pooled-7-without-tess",
        title: "RAVDESS, CREMA-D and SAVEE, 7 emotions",
        corpora: names.filter((name) => name !== TESS.name),
      },
      RAVDESS_8,
      SAVEE_7,
    ],
  },
  {
    name: "ravdess-emobox",
    summary: "RAVDESS alone, 8 classes, EmoBox's 6 folds of 4 actors",
    source: EMOBOX,
    leaky: false,
    corpora: [RAVDESS.name],
    labels: "8",
    folds: EMOBOX_RAVDESS.map((actors, i) => ({
      fold: i + 1,
      title: `actors ${actors.join(" ")}`,
      corpora: { [RAVDESS.name]: apart(RAVDESS, actors) },
    })),
    questions: [RAVDESS_8],
  },
  {
    name: "savee-loso",
    summary: "SAVEE alone, 7 classes, leave one of the four speakers out",
    source: EMOBOX,
    leaky: false,
    corpora: [SAVEE.name],
    labels: "7",
    folds: EMOBOX_SAVEE.map((speaker, i) => ({
      fold: i + 1,
      title: `speaker ${speaker}`,
      corpora: { [SAVEE.name]: apart(SAVEE, [speaker]) },
    })),
    questions: [SAVEE_7],
  },
  evar(
    "CREMA-D alone, 6 classes, EVAR's speakers: 63 train, 9 validation, 19 test",
    "cremad-evar",
    { groupBy: "speaker", test: EVAR_TEST, validation: EVAR_VALIDATION, train: EVAR_TRAIN },
    "the 19 test speakers",
  ),
  evar(
    "CREMA-D alone, 6 classes, EVAR's 9 validation speakers as test set, validation drawn from the 63",
    "cremad-evar-dev",
    { groupBy: "speaker", test: EVAR_VALIDATION, train: EVAR_TRAIN },
    "the 9 validation speakers",
  ),
  {
    name: "leave-one-corpus-out",
    summary: "train on three corpora, test on all of the fourth, 7 classes, 4 folds",
    source: 'Schuller et al., "Cross-corpus acoustic emotion recognition", IEEE Trans. Affective Computing 1(2), 2010',
    leaky: false,
    corpora: names,
    labels: "7",
    folds: CORPORA.map((tested, i) => ({
      fold: i + 1,
      title: `${tested.title} unseen`,
      corpora: Object.fromEntries(
        CORPORA.map((corpus) => [corpus.name, corpus === tested ? whole(corpus) : apart(corpus, [])]),
      ),
    })),
    questions: [POOLED],
  },
  {
    name: "tess-cross-speaker",
    summary: "TESS alone, 7 classes, train on one actress, test on the other (OAF, YAF)",
    source: "two folds, one a speaker; validation is a tenth of the training speaker's words",
    leaky: false,
    corpora: [TESS.name],
    labels: "7",
    folds: TESS.speakers.toReversed().map((tested, i) => ({
      fold: i + 1,
      title: `${TESS.speakers.find((speaker) => speaker !== tested)} → ${tested}`,
      corpora: {
        [TESS.name]: {
          groupBy: "speaker",
          test: [tested],
          train: TESS.speakers.filter((speaker) => speaker !== tested),
          validationBy: "sentence",
        },
      },
    })),
    questions: [question(TESS, "7", 7)],
  },
  {
    name: "random-split",
    summary: "LEAKY: the original's random 70/10/20 split, speakers and words in every part; for comparison only",
    source: "the original system; comparable with published random splits alone",
    leaky: true,
    corpora: names,
    labels: "7",
    folds: [{ fold: 1, title: "a random fifth of the recordings", corpora: "random" }],
    questions: [POOLED],
  },
];

/** The protocol of that name. @throws ParameterError that lists the names there are. */
export function protocolNamed(name: string): Protocol {
  return named("protocol", name, PROTOCOLS, (each) => each.name);
}
