import { expect, it } from "vitest";
import { firstIphone } from "../../.ci/first-iphone.mjs";

const system = (name: string) => `com.apple.CoreSimulator.SimRuntime.${name}`;

it("is of the newest system that has one", () => {
	const devices = {
		[system("iOS-9-3")]: [{ name: "iPhone 6", udid: "A" }],
		[system("iOS-26-1")]: [
			{ name: "iPad", udid: "B" },
			{ name: "iPhone 17", udid: "C" },
		],
		[system("iOS-26-2")]: [],
		[system("watchOS-27-0")]: [{ name: "iPhone of a watch", udid: "D" }],
	};
	expect(firstIphone({ devices })).toBe("C");
});

it("may be none", () => {
	expect(firstIphone({})).toBeUndefined();
});
