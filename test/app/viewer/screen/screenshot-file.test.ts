import { describe, expect, it } from "vitest";
import { screenshotFileName } from "../../../../app/viewer/screen/screenshot-file.ts";

describe("screenshotFileName", () => {
	const at = new Date(2026, 10, 20, 4, 2, 7);

	it("sorts by time and names the device", () => {
		expect(screenshotFileName("Demo phone", at)).toBe("Demo phone 2026-11-20 04.02.07.png");
	});

	it("keeps out what file systems do not take", () => {
		expect(screenshotFileName("../../etc: *Ünï/код*", at)).toBe("etc Ünï код 2026-11-20 04.02.07.png");
		expect(screenshotFileName("???", at)).toBe("screen 2026-11-20 04.02.07.png");
	});
});
