export { Recognizer, type Recognition, type RecognizeOptions, type RecognizerOptions } from "./recognizer.ts";
