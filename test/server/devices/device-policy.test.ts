import { expect, it } from "vitest";
import { devicePolicy } from "../../../server/devices/device-policy.ts";
import { parseDeviceSpec } from "../../../server/devices/device-spec.ts";

const policyOf = (text: string) => devicePolicy(parseDeviceSpec(text));

it("makes nobody wait and lets a touch take control, unless the spec says otherwise", () => {
	expect(policyOf("demo:")).toEqual({ askFirst: "never", touchTakes: true });
	expect(policyOf("x11::0?name=Lab&ask=always")).toEqual({ askFirst: "always", touchTakes: true });
	expect(policyOf("demo:?control=ask&ask=later")).toEqual({ askFirst: "later", touchTakes: false });
	expect(policyOf("demo:?control=touch&ask=never")).toEqual({ askFirst: "never", touchTakes: true });
});

it.each(["demo:?ask=sometimes", "demo:?ask=", "demo:?control=always", "demo:?control="])(
	"refuses %s",
	(text) => {
		expect(() => policyOf(text)).toThrow(expect.objectContaining({ code: "bad-device-spec" }));
	},
);
