import { describe, expect, it } from "vitest";
import {
	ownerRights,
	ownsAll,
	type Rights,
	requireRights,
	rightsOn,
} from "../../../signaling/auth/rights.ts";

const right = (role: Rights["role"], device: string, expires = 1_000): Rights => ({
	role,
	devices: [device],
	grantId: `${role} ${device} ${expires}`,
	label: "",
	expires,
});

describe("rights", () => {
	it("are good for their devices only", () => {
		expect(rightsOn([right("own", "phone")], "phone")?.role).toBe("own");
		expect(rightsOn([right("own", "phone")], "phone2")).toBeUndefined();
		expect(rightsOn([], "phone")).toBeUndefined();
		expect(rightsOn([ownerRights], "anything")).toBe(ownerRights);
		expect(() => requireRights([right("own", "phone")], "tablet")).toThrow(
			expect.objectContaining({ code: "wrong-device" }),
		);
	});

	it("count by the strongest, the longest of equal ones, in whatever order", () => {
		const [view, control, longer] = [
			right("view", "phone", 9_000),
			right("control", "phone"),
			right("control", "phone", 2_000),
		];
		for (const all of [
			[view, control, longer],
			[longer, view, control],
			[control, longer, view],
		]) {
			expect(rightsOn(all, "phone")).toBe(longer);
		}
		expect(rightsOn([right("own", "tablet"), view], "phone")).toBe(view);
		expect(rightsOn([right("own", "phone"), ownerRights], "phone")).toBe(ownerRights);
	});

	it("to one device own nothing else", () => {
		expect(ownsAll([right("own", "phone")])).toBe(false);
		expect(ownsAll([right("view", "phone"), ownerRights])).toBe(true);
	});
});
