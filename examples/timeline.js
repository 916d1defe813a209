// node examples/timeline.js meeting.mp3 > meeting.vtt
import { loadRecognizer, streamAudio, timeline, toWebVtt, WEB_VTT_HEADER } from "speech-emotion";

const recognizer = await loadRecognizer();
process.stdout.write(WEB_VTT_HEADER);
for await (const segment of timeline(recognizer, streamAudio(process.argv[2]))) {
  process.stdout.write(toWebVtt(segment));
}
await recognizer.release();
