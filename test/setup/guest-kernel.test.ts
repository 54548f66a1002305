import { expect, it } from "vitest";
import { canRunGuest } from "../../setup/guest-kernel.mjs";

it("the test machine is for Linux on x86-64 alone", () => {
	expect(canRunGuest("darwin", "x64")).toBe(false);
	expect(canRunGuest("linux", "arm64")).toBe(false);
});
