import { expect, it } from "vitest";
import { isPin, newPin, pinDigest } from "../../../signaling/auth/pin.ts";

it("makes PINs of six digits that are not all alike", () => {
	const pins = new Set(Array.from({ length: 200 }, newPin));
	expect(pins.size).toBeGreaterThan(190);
	for (const pin of pins) expect(pin).toMatch(/^\d{6}$/);
});

it("knows a PIN by its digest, for one grant and one key", () => {
	const digest = pinDigest("key", "g1", "123456");
	expect(digest).not.toContain("123456");
	expect(isPin("key", "g1", "123456", digest)).toBe(true);
	expect(isPin("key", "g1", "123457", digest)).toBe(false);
	expect(isPin("key", "g1", "", digest)).toBe(false);
	expect(isPin("key", "g1", "1".repeat(10_000), digest)).toBe(false);
	expect(isPin("key", "g2", "123456", digest)).toBe(false);
	expect(isPin("other", "g1", "123456", digest)).toBe(false);
});
