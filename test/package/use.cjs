// The same as use.mjs in CommonJS: `require` of a package that is ESM.
const { loadRecognizer, readAudio } = require("speech-emotion");

const doors = process.argv.slice(2);
for (const door of doors) if (Object.keys(require(door)).length === 0) throw new Error(`${door} is empty`);
loadRecognizer().then(async (recognizer) => {
  const { emotion, confidence } = await recognizer.recognize(await readAudio("examples/clips/espeak-even-middle.wav"));
  await recognizer.release();
  console.log(emotion, confidence, doors.length, "doors");
});
