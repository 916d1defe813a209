import path from "node:path";
import { describe, expect, test } from "vitest";
import { readVoiceVotes, scanCorpora, voiceVotesOf } from "../../src/corpora/index.ts";
import { SEVEN_EMOTIONS, parseLabelMap } from "../../src/emotions.ts";
import { softLabel } from "../../src/dataset/index.ts";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { tree } from "./trees.ts";

const TABLE =
  "fileName,A,D,F,H,N,S,numResponses\r\n1001_DFA_ANG_XX,6,1,0,0,2,1,10\r\n1001_IEO_HAP_LO,0,0,0,0,0,0,0\r\n";

describe("the crowd's votes", () => {
  test("are read by recording, beside the recordings or one folder above", async () => {
    for (const audio of ["", "AudioWAV/"]) {
      const files = {
        "meta/voice-votes.csv": TABLE,
        [`${audio}1001_DFA_ANG_XX.wav`]: "",
        [`${audio}1002_DFA_SAD_XX.wav`]: "",
      };
      const { utterances } = await scanCorpora([tree(files)]);
      expect(utterances).toHaveLength(2);
      const votes = voiceVotesOf([...utterances, { ...utterances[0]!, corpus: "mine", id: "mine/x" }]);
      expect([...votes]).toEqual([
        ["crema-d/1001_DFA_ANG_XX", { angry: 6, disgust: 1, fear: 0, happy: 0, neutral: 2, sad: 1 }],
      ]);
    }
  });

  test("that are missing or wrong are told", async () => {
    const folder = tree(["1001_DFA_ANG_XX.wav"]);
    const { utterances } = await scanCorpora([folder]);
    expect(() => voiceVotesOf(utterances)).toThrow(
      `votes: soft labels need the crowd's votes on CREMA-D, and there is neither ${folder}/meta/voice-votes.csv nor`,
    );
    const wrong = path.join(tree({ "votes.csv": "fileName,A,D,F,H,N,S\nx,1,2,3,4,5,many\n" }), "votes.csv");
    expect(() => readVoiceVotes(wrong)).toThrow(
      'votes.csv, line 2: column "S" is "many"; it must be a number of votes',
    );
  });

  test("make a soft label: weight · shares + (1 − weight) · intended", () => {
    const votes = { angry: 6, disgust: 1, fear: 0, happy: 0, neutral: 2, sad: 1 };
    const angry = SEVEN_EMOTIONS.labels.indexOf("angry");
    const soft = softLabel(angry, votes, SEVEN_EMOTIONS, 0.5)!;
    const share = (emotion: string): number => soft[SEVEN_EMOTIONS.labels.indexOf(emotion)]!;
    expect(["angry", "disgust", "neutral", "sad", "happy"].map(share)).toBeAllClose([0.8, 0.05, 0.1, 0.05, 0], {
      atol: 1e-7,
    });
    // Votes for what is no label do not count: 6 of 8 for angry, 2 for neutral.
    expect(softLabel(0, votes, parseLabelMap("angry,neutral"), 1)).toEqual(Float32Array.of(0.75, 0.25));
    expect(softLabel(0, { sad: 3 }, parseLabelMap("angry,neutral"), 1)).toBeUndefined();
    expect(softLabel(0, undefined, SEVEN_EMOTIONS, 1)).toBeUndefined();
  });
});

test.skipIf(!HAS_DATA)(
  "every recording of CREMA-D here has votes; single listeners name the intended emotion in 40 %",
  async () => {
    const { utterances } = await scanCorpora([path.join(DATA_FOLDER, "crema-d")]);
    const votes = voiceVotesOf(utterances);
    expect(votes.size).toBe(utterances.length);
    let [right, all] = [0, 0];
    for (const { id, emotion } of utterances) {
      right += votes.get(id)![emotion]!;
      all += Object.values(votes.get(id)!).reduce((sum, count) => sum + count, 0);
    }
    // Data/README.md: the voice alone is recognised by 40 % of single raters.
    expect(Math.abs(right / all - 0.4)).toBeLessThan(0.01);
  },
);
