export { Recognizer, type Recognition, type RecognizerOptions } from "./recognizer.ts";
