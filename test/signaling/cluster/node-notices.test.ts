import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHostRow, readNodeNotice } from "../../../signaling/cluster/node-notices.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

const devices = [describeDevice("studio.phone")];
const json = JSON.stringify(devices);

describe("a notice of a node", () => {
	it.each([
		["beat a-1", { type: "beat", node: "a-1" }],
		["bye a", { type: "bye", node: "a" }],
		["gone a h", { type: "gone", node: "a", hostId: "h" }],
		[`host a h 1795164943592815 ${json}`, { type: "host", node: "a", hostId: "h" }],
	])("is read: %s", (text, notice) => {
		expect(readNodeNotice(text)).toMatchObject(notice);
	});

	it("has the claim and the devices of its host", () => {
		expect(readHostRow(`1795164943592815 ${json}`)).toEqual({ claim: 1_795_164_943_592_815, devices });
	});

	it("that is anything else is undefined, and never throws", () => {
		const words = fc.constantFrom(
			"beat",
			"bye",
			"gone",
			"host",
			"a",
			"h",
			"1",
			"99999999999999999",
			json,
			"[]",
			"{}",
		);
		const anything = fc.oneof(
			fc.string(),
			fc.array(fc.oneof(words, fc.string()), { maxLength: 6 }).map((parts) => parts.join(" ")),
		);
		fc.assert(
			fc.property(anything, (text) => {
				const notice = readNodeNotice(text);
				if (!notice) return;
				expect(notice.node).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
				if (notice.type === "host") {
					expect(notice.row.claim).toBeLessThan(1e16);
					expect(notice.row.devices.length).toBeLessThanOrEqual(256);
				}
			}),
			{ numRuns: 2_000 },
		);
	});

	it("is not read beyond what a host may have", () => {
		const many = JSON.stringify(Array.from({ length: 257 }, (_, at) => describeDevice(`d${at}`)));
		expect(readNodeNotice(`host a h 1 ${many}`)).toBeUndefined();
		expect(readNodeNotice(`host a h 1 ${" ".repeat(1024 * 1024)}${json}`)).toBeUndefined();
	});
});
