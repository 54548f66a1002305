import { expect, it } from "vitest";
import { qrPath } from "../../../../app/components/sharing/qr-code.tsx";

/** The dark modules of a path, read back. */
function modulesOf(path: string): Set<string> {
	const dark = new Set<string>();
	for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
		for (let at = 0; at < Number(length); at++) dark.add(`${Number(x) + at},${y}`);
	}
	return dark;
}

it("draws three finders inside a quiet border of four modules", () => {
	const { path, size } = qrPath(`http://192.168.1.20:8400/devices/demo#grant=${"x".repeat(240)}`);
	const dark = modulesOf(path);
	expect((size - 8 - 17) % 4).toBe(0);
	for (const module of dark) {
		const [x = 0, y = 0] = module.split(",").map(Number);
		expect(Math.min(x, y)).toBeGreaterThanOrEqual(4);
		expect(Math.max(x, y)).toBeLessThan(size - 4);
	}
	for (const [left, top] of [
		[4, 4],
		[size - 11, 4],
		[4, size - 11],
	] as const) {
		for (let at = 0; at < 7; at++) {
			expect(dark.has(`${left + at},${top}`)).toBe(true);
			expect(dark.has(`${left},${top + at}`)).toBe(true);
		}
		expect(dark.has(`${left + 1},${top + 1}`)).toBe(false);
	}
});
