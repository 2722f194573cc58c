import { describe, expect, it } from "vitest";
import { dropDraft, keepDraft, readDraft, toEditor, toFile } from "./drafts";

class Memory implements Storage {
  private readonly kept = new Map<string, string>();
  full = false;
  get length() {
    return this.kept.size;
  }
  clear() {
    this.kept.clear();
  }
  key(index: number) {
    return [...this.kept.keys()][index] ?? null;
  }
  getItem(key: string) {
    return this.kept.get(key) ?? null;
  }
  removeItem(key: string) {
    this.kept.delete(key);
  }
  setItem(key: string, value: string) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(key, value);
  }
}

describe("drafts", () => {
  it("keeps what is not saved, one for each dashboard, and forgets what equals its beginning", () => {
    const storage = new Memory();
    const draft = { revision: 3, base: "a", text: "b" };
    expect(keepDraft("one", draft, storage)).toBe(true);
    expect(readDraft("one", storage)).toEqual(draft);
    expect(readDraft("two", storage)).toBeNull();
    keepDraft("one", { ...draft, text: "a" }, storage);
    expect(readDraft("one", storage)).toBeNull();
    expect(storage).toHaveLength(0);
  });

  it("survives a full storage and what others left in it", () => {
    const storage = new Memory();
    for (const left of [
      "",
      "{",
      "3",
      "null",
      '{"revision": "1", "base": "", "text": ""}',
      '{"revision": 1}',
    ]) {
      storage.setItem("dashbridge.draft.one", left);
      expect(readDraft("one", storage)).toBeNull();
    }
    storage.full = true;
    expect(keepDraft("one", { revision: 1, base: "a", text: "b" }, storage)).toBe(false);
    dropDraft("one", storage);
    expect(storage).toHaveLength(0);
  });
});

describe("line ends", () => {
  it("come back as the file had them", () => {
    expect(toFile(toEditor("a\r\nb\r\n"), "a\r\nb\r\n")).toBe("a\r\nb\r\n");
    expect(toFile(toEditor("a\nb\n"), "a\nb\n")).toBe("a\nb\n");
    expect(toFile("a\nb", "a\r\nb\nc")).toBe("a\nb");
    expect(toEditor("a\rb\r\nc")).toBe("a\nb\nc");
  });
});
