const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** RAVDESS's test actors in EmoBox's six folds (Ma et al., "EmoBox", arXiv 2406.07162). */
export const EMOBOX_RAVDESS: readonly (readonly string[])[] = [
  words("01 11 20 21"),
  words("04 10 12 14"),
  words("08 09 19 23"),
  words("03 05 07 24"),
  words("02 15 16 18"),
  words("06 13 17 22"),
];

/** SAVEE's test speaker in EmoBox's four folds. */
export const EMOBOX_SAVEE: readonly string[] = ["JE", "KL", "DC", "JK"];

/** CREMA-D's 19 test speakers in EVAR (github.com/nttcslab/eval-audio-repr). */
export const EVAR_TEST: readonly string[] = words(`
  1001 1004 1017 1019 1020 1025 1026 1029 1033 1035 1042 1044 1050 1053 1056 1058 1060 1069 1083
`);

/** CREMA-D's nine validation speakers in EVAR; the other 63 train. */
export const EVAR_VALIDATION: readonly string[] = words("1009 1011 1022 1034 1039 1047 1066 1070 1082");
