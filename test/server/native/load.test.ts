import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadAddon } from "../../../server/native/load.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "porthole-load-"));
});

afterEach(() => {
	rmSync(folder, { recursive: true });
});

function failure(path: string): PortholeError {
	try {
		loadAddon(path);
	} catch (error) {
		if (error instanceof PortholeError) return error;
		throw error;
	}
	throw new Error("the addon was loaded");
}

test("loads the addon once", () => {
	const addon = loadAddon();
	expect(loadAddon()).toBe(addon);
	expect(addon.encoders()[0]?.name).toBe("openh264");
});

test("tells how to build an addon that is missing", () => {
	const path = join(folder, "porthole.node");
	const error = failure(path);
	expect(error.code).toBe("addon-missing");
	expect(error.message).toContain(path);
	expect(error.message).toContain("npm run build:native");
});

test("tells why an addon cannot be loaded and what to do", () => {
	const path = join(folder, "porthole.node");
	writeFileSync(path, "not a shared object");
	const error = failure(path);
	expect(error.code).toBe("addon-unusable");
	expect(error.message).toContain("npm run build:native");
	expect(error.cause).toBeInstanceOf(Error);
});
