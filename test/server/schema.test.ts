import { expect, test } from "vitest";
import { clientMessage } from "../../src/server/live-messages.ts";
import { recognizeQuery } from "../../src/server/resources.ts";
import { faultOf } from "../../src/server/schema.ts";

test.each([
  [recognizeQuery, { minConfidence: "2" }, 'minConfidence="2" must be at most 1'],
  [recognizeQuery, { minConfidence: "-1" }, 'minConfidence="-1" must be at least 0'],
  [recognizeQuery, { minConfidence: "much" }, 'minConfidence="much" must be a number'],
  [recognizeQuery, { minconfidence: "0.5" }, '"minconfidence" is not known here'],
  [clientMessage, { type: "session.update", sample_rate: "abc" }, 'sample_rate="abc" must be a number'],
  [clientMessage, { type: "session.update", sample_rate: 8000.5 }, "sample_rate=8000.5 must be a whole number"],
  [clientMessage, { type: "session.update", sample_rate: 10 }, "sample_rate=10 must be at least 8000"],
  [clientMessage, { type: "session.update" }, "sample_rate is missing: it must be a number"],
  [clientMessage, { type: "session.update", sample_rate: 8000, encoding: "mp3" }, 'encoding="mp3" must be "s16le"'],
  [clientMessage, { type: "session.end", now: true }, '"now" is not known here'],
])("a fault is told with name, value and rule", (schema, value, sentence) => {
  const parsed = schema.safeParse(value);
  expect(parsed.success).toBe(false);
  expect(faultOf(parsed.error!, value)).toBe(sentence);
});
