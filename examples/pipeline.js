// node examples/pipeline.js voice.wav
import { pipeline } from "speech-emotion";

const classifier = await pipeline("audio-classification");
console.log(await classifier(process.argv[2], { top_k: 3 })); // [{ label: "happy", score: 0.87 }, …]
await classifier.dispose();
