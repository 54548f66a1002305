import { expect, it } from "vitest";
import { newSecret, secretsEqual, sign } from "../../../signaling/auth/secrets.ts";

it("makes secrets of 192 bits that fit into a URL and never come twice", () => {
	const secrets = new Set(Array.from({ length: 1000 }, newSecret));
	expect(secrets.size).toBe(1000);
	for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{31}$/);
});

it("compares secrets of any length", () => {
	expect(secretsEqual("abc", "abc")).toBe(true);
	for (const other of ["", "ab", "abcd", "abC", "abc\0", "x".repeat(100_000)]) {
		expect(secretsEqual(other, "abc")).toBe(false);
	}
});

it("signs text for one key and one purpose only", () => {
	const signature = sign("key", "cookie", "own.17");
	expect(signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
	expect(sign("key", "cookie", "own.17")).toBe(signature);
	const others = [
		sign("other", "cookie", "own.17"),
		sign("key", "participant", "own.17"),
		sign("key", "cookie", "own.18"),
	];
	expect(others).not.toContain(signature);
});
