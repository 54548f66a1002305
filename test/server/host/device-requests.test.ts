import { describe, expect, it } from "vitest";
import type { Screenshot } from "../../../server/devices/provider.ts";
import { screenshotOf } from "../../../server/host/device-requests.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";

const device = (screenshot: () => Promise<Screenshot>) => ({ screenshot });
const jpeg = (length: number): Screenshot => ({ type: "image/jpeg", data: new Uint8Array(length).fill(7) });

describe("what a host answers when a still is wanted", () => {
	it("is the picture in base64", async () => {
		expect(
			await screenshotOf(
				"phone",
				device(async () => jpeg(3)),
			),
		).toEqual({ jpeg: "BwcH" });
	});

	it("is a reason when the device is not there, will not, or fails", async () => {
		expect(await screenshotOf("phone", undefined)).toMatchObject({ error: { code: "no-such-device" } });
		const asleep = new PortholeError("device-asleep", "It sleeps.");
		const answer = await screenshotOf(
			"phone",
			device(() => Promise.reject(asleep)),
		);
		expect(answer).toEqual({ error: { code: "device-asleep", message: "It sleeps." } });
		const broken = await screenshotOf(
			"phone",
			device(() => Promise.reject(new Error("x".repeat(1000)))),
		);
		expect(broken).toEqual({ error: { code: "no-screenshot", message: "x".repeat(400) } });
	});

	it("is a reason instead of a picture that would not fit into a message", async () => {
		expect(
			await screenshotOf(
				"phone",
				device(async () => jpeg(150 * 1024)),
			),
		).toHaveProperty("jpeg");
		const answer = await screenshotOf(
			"phone",
			device(async () => jpeg(150 * 1024 + 1)),
		);
		expect(answer).toMatchObject({ error: { code: "screenshot-too-large" } });
	});
});
