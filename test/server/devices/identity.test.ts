import { describe, expect, it } from "vitest";
import { parseDeviceSpec } from "../../../server/devices/device-spec.ts";
import { identify } from "../../../server/devices/identity.ts";

const given = { id: "demo", name: "Demo phone" };

describe("identity", () => {
	it("is what the provider gives, unless the spec says otherwise", () => {
		expect(identify(parseDeviceSpec("demo:"), given)).toEqual(given);
		expect(identify(parseDeviceSpec("demo:?id=a.b-c_1&name=%20Ana's%20phone%20"), given)).toEqual({
			id: "a.b-c_1",
			name: "Ana's phone",
		});
	});

	it("refuses ids that cannot stand in a URL, and names that are empty or too long", () => {
		for (const options of [
			"id=",
			"id=-a",
			"id=A",
			"id=a%2Fb",
			`id=${"a".repeat(65)}`,
			"name=%20",
			`name=${"n".repeat(81)}`,
		]) {
			expect(() => identify(parseDeviceSpec(`demo:?${options}`), given), options).toThrow(
				expect.objectContaining({ code: "bad-device-spec" }),
			);
		}
	});
});
