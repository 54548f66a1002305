import { expect, it } from "vitest";
import { encoderFindings } from "../../../../server/cli/doctor/media.ts";
import type { Addon, EncoderInfo } from "../../../../server/native/addon.ts";
import { loadAddon } from "../../../../server/native/load.ts";

/** An addon in which these encoders are not available; none is opened then. */
const without =
	(...names: EncoderInfo["name"][]) =>
	(): Pick<Addon, "encoders" | "FrameEncoder"> => ({
		encoders: () => names.map((name) => ({ name, available: false, detail: "not there" })),
		FrameEncoder: loadAddon().FrameEncoder,
	});

it("needs on each system the encoder that is always there, and has its own words for the others", async () => {
	const mac = await encoderFindings(without("openh264", "x264", "videotoolbox"), "darwin");
	expect(mac.map(({ state }) => state)).toEqual(["warning", "warning", "bad"]);
	for (const { remedy } of mac) expect(remedy).not.toContain("apt-get");
	const linux = await encoderFindings(without("openh264", "x264"), "linux");
	expect(linux.map(({ state }) => state)).toEqual(["bad", "warning"]);
	for (const { remedy } of linux) expect(remedy).toContain("apt-get");
});

it("codes a picture with what is there", async () => {
	const findings = await encoderFindings(loadAddon, process.platform);
	expect(findings.find(({ name }) => name === "encoder openh264")).toMatchObject({
		state: "good",
		detail: expect.stringMatching(/a picture of [1-9]\d* bytes/),
	});
});

it("is bad without an addon", async () => {
	const findings = await encoderFindings(() => {
		throw new Error("There is no addon.");
	}, "darwin");
	expect(findings).toMatchObject([{ name: "encoders", state: "bad" }]);
});
