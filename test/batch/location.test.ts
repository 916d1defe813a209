import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAddress, locationOf, pathOf } from "../../src/batch/sources/index.ts";

/** Names of folders and files, dots at the beginning included. */
const name = fc.stringMatching(/^[\w .ü-]{1,8}$/).filter((each) => each !== "." && each !== "..");

describe("where a file lies on another machine", () => {
  test("property: what is relative to a root here is the same relative to a root there", () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 4 }), (names) => {
        const location = locationOf(path.join("/data/here", ...names), "/data/here");
        expect(location).toBe(names.join("/"));
        expect(pathOf(location, "/mnt/there")).toBe(path.join("/mnt/there", ...names));
      }),
    );
  });

  test("without a root a path is absolute, and stays where it is, whatever the other's root", () => {
    expect(locationOf("a/b.wav", undefined)).toBe(path.resolve("a/b.wav"));
    expect(pathOf("/x/a/b.wav", "/mnt")).toBe("/x/a/b.wav");
    expect(pathOf("/x/a/b.wav", undefined)).toBe("/x/a/b.wav");
  });

  test("what is not in the root is refused; a name that begins with two dots is in it", () => {
    for (const file of ["/data", "/data/hereafter/a", "/data/here/../b"]) {
      expect(() => locationOf(file, "/data/here")).toThrow("is not in the folder that --root says, /data/here");
    }
    expect(locationOf("/data/here/..a/b", "/data/here")).toBe("..a/b");
  });

  test("addresses are the same everywhere", () => {
    for (const address of ["https://x/a.wav", "HTTP://x/a", "s3://bucket/a"]) {
      expect([isAddress(address), locationOf(address, "/data")]).toEqual([true, address]);
    }
    expect(isAddress("/data/https://x")).toBe(false);
  });
});
