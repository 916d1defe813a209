/** To be read aloud without emotion: about ten seconds. */
export const READ_ALOUD =
  "The kettle is on the table by the window. On Tuesdays the library opens at nine, and the bus stops across the street. I will take the stairs to the second floor.";

/** To be said in each emotion: words that fit them all. */
export const SENTENCE = "I did not know that you would be here today.";

const SITUATIONS: Readonly<Record<string, string>> = {
  angry: "As if somebody had broken a promise once too often.",
  disgust: "As if the milk that you just drank had gone sour.",
  fear: "As if you had heard steps behind you in the dark.",
  happy: "As if it were the best news of the year.",
  neutral: "As you would tell somebody the time.",
  sad: "As if you were saying goodbye for long.",
  surprise: "As if you had never thought it possible.",
};

/** What to think of while acting an emotion. */
export function situation(label: string): string {
  return SITUATIONS[label] ?? `As somebody who is ${label} would say it.`;
}
