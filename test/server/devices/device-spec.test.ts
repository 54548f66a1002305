import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	allowedClipboard,
	devicePolicy,
	identify,
	parseDeviceSpec,
} from "../../../server/devices/device-spec.ts";

const bad = expect.objectContaining({ name: "PortholeError", code: "bad-device-spec" });

describe("a device spec", () => {
	it.each([
		["demo:", "demo", "", {}],
		["x11::0", "x11", ":0", {}],
		["x11:host:10.1", "x11", "host:10.1", {}],
		["desktop:1280x720", "desktop", "1280x720", {}],
		["framebuffer:/dev/fb0", "framebuffer", "/dev/fb0", {}],
		["hxfr:tcp:[::1]:5900?scanout=1", "hxfr", "tcp:[::1]:5900", { scanout: "1" }],
		["remotexpc:http://10.0.0.5:8100", "remotexpc", "http://10.0.0.5:8100", {}],
		[
			"desktop:800x600?exec=xterm%20-e%20top&id=top&name=Top",
			"desktop",
			"800x600",
			{ exec: "xterm -e top", id: "top", name: "Top" },
		],
		["demo:?", "demo", "", {}],
		["demo:?a=b?c", "demo", "", { a: "b?c" }],
	])("%s is read as scheme, target and options", (text, scheme, target, options) => {
		const spec = parseDeviceSpec(text);
		expect(spec).toMatchObject({ text, scheme, target });
		expect(Object.fromEntries(spec.options)).toEqual(options);
	});

	it.each([
		"",
		"demo",
		":",
		":0",
		"X11::0",
		"1st:",
		"x-11:",
		"demo: ",
		" demo:",
		"demo:a b",
		"demo:\n",
		"demo:?a\nb",
		`demo:${"x".repeat(513)}`,
		`demo:?${"x".repeat(1025)}`,
		`${"a".repeat(33)}:`,
	])("%j is refused", (text) => {
		expect(() => parseDeviceSpec(text)).toThrow(bad);
	});

	it("is refused in few words, however long it is", () => {
		expect(() => parseDeviceSpec("x".repeat(1 << 20))).toThrow(bad);
		try {
			parseDeviceSpec("x".repeat(1 << 20));
		} catch (error) {
			expect((error as Error).message.length).toBeLessThan(300);
		}
	});

	it("is read or refused, whatever it is", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.string().map((rest) => `demo:${rest}`),
				),
				(text) => {
					try {
						const spec = parseDeviceSpec(text);
						expect(text.startsWith(`${spec.scheme}:${spec.target}`)).toBe(true);
					} catch (error) {
						expect(error).toEqual(bad);
					}
				},
			),
		);
	});
});

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

describe("what a spec allows of a clipboard", () => {
	const whole = {
		images: true,
		shortcut: "control",
		read: async () => ({ format: "text", text: "copied" }) as const,
		write: async () => {},
		onCopy: () => {},
	} as const;
	const allowed = (option: string) => allowedClipboard(parseDeviceSpec(`demo:${option}`), whole);

	it.each([
		["", ["read", "write", "onCopy"]],
		["?clipboard=both", ["read", "write", "onCopy"]],
		["?clipboard=in", ["write"]],
		["?clipboard=out", ["read", "onCopy"]],
	])("with %s is %j", (option, ways) => {
		const { images, shortcut, ...methods } = allowed(option) ?? { images: false, shortcut: undefined };
		expect(Object.keys(methods).toSorted()).toEqual([...ways].toSorted());
		expect([images, shortcut]).toEqual([true, "control"]);
	});

	it("with ?clipboard=off is nothing", () => {
		expect(allowed("?clipboard=off")).toBeUndefined();
	});

	it("is no more than the device has", async () => {
		const spec = parseDeviceSpec("demo:");
		expect(Object.keys(allowedClipboard(spec, { images: false, read: whole.read }) ?? {})).toEqual([
			"images",
			"read",
		]);
		expect(await allowed("")?.read?.()).toEqual({ format: "text", text: "copied" });
	});

	it.each(["", "on", "OUT"])("is refused for ?clipboard=%s, on devices of any kind", (value) => {
		const spec = parseDeviceSpec(`demo:?clipboard=${value}`);
		const refused = expect.objectContaining({
			code: "bad-device-spec",
			message: expect.stringContaining("use both, in, out or off"),
		});
		expect(() => devicePolicy(spec)).toThrow(refused);
		expect(() => allowedClipboard(spec, whole)).toThrow(refused);
	});
});
