/** The least speech, in seconds, among neutral recordings. */
export const LEAST_NEUTRAL_SECONDS = 3;

/** The least labelled clips. */
export const LEAST_CLIPS = 5;
