import { describe, expect, it } from "vitest";
import { chooseEncoder } from "../../../server/devices/encoder-choice.ts";
import type { EncoderInfo } from "../../../server/native/addon.ts";

const openh264: EncoderInfo = { name: "openh264", available: true, detail: "2.3.1" };
const x264: EncoderInfo = { name: "x264", available: false, detail: "libx264 is not installed" };
const addon = { encoders: () => [openh264, x264] };

describe("choice of an encoder", () => {
	it("is the build's first unless another is asked for", () => {
		expect(chooseEncoder(addon, undefined)).toBe("openh264");
		const videotoolbox: EncoderInfo = { name: "videotoolbox", available: true, detail: "in hardware" };
		expect(chooseEncoder({ encoders: () => [videotoolbox] }, undefined)).toBe("videotoolbox");
		expect(chooseEncoder({ encoders: () => [openh264, { ...x264, available: true }] }, "x264")).toBe("x264");
	});

	it("refuses one that is unknown or cannot run here, and says why", () => {
		const refused = (asked: string) => () => chooseEncoder(addon, asked);
		expect(refused("h266")).toThrow(expect.objectContaining({ code: "encoder-unavailable" }));
		expect(refused("h266")).toThrow(/openh264, x264/);
		expect(refused("x264")).toThrow(/libx264 is not installed/);
	});

	it("may be at the other end of a stream, which need not be there yet", () => {
		for (const asked of [
			"hxfr:unix:/a.sock",
			"hxfr:tcp:127.0.0.1:1",
			"hxfr:vsock:2:5000",
			"hxfr:hybrid:/a:1",
		])
			expect(chooseEncoder(addon, asked)).toBe(asked);
		for (const asked of ["hxfr:", "hxfr:fd:3", "hxfr:unix:relative", "hxfr:vsock:any:1", "hxfr:tcp:host"])
			expect(() => chooseEncoder(addon, asked)).toThrow(/write it like hxfr:unix:/);
	});
});
