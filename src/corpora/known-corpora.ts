import type { Corpus } from "./corpus.ts";
import { CREMA_D } from "./crema-d.ts";
import { RAVDESS } from "./ravdess.ts";
import { SAVEE } from "./savee.ts";
import { TESS } from "./tess.ts";

/** The corpora that a scan knows by their file names, in the order of every table. */
export const CORPORA: readonly Corpus[] = [RAVDESS, CREMA_D, TESS, SAVEE];
