import { describe, expect, it } from "vitest";
import type { DeviceProvider } from "../../../server/devices/provider.ts";
import { DeviceRegistry } from "../../../server/devices/registry.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { FakeProvider } from "../../fakes/fake-provider.ts";

const phones = new FakeProvider("phone");
const desks = new FakeProvider("desk");
const registry = new DeviceRegistry([phones, desks]);

describe("the device registry", () => {
	it("lists what is here, in the order of the providers", async () => {
		phones.found = ["phone:a", "phone:b"];
		desks.found = ["desk:1"];
		expect(await registry.find()).toEqual(["phone:a", "phone:b", "desk:1"]);
	});

	it("opens a device with the provider of its scheme", async () => {
		const device = await registry.open(registry.parse("desk:one?id=first"));
		expect(device.id).toBe("first");
		expect(desks.devices).toEqual([device]);
		expect(phones.devices).toEqual([]);
	});

	it("asks the provider which devices a spec stands for, where it stands for several", async () => {
		const all: DeviceProvider = {
			scheme: "all",
			usage: "all:WHAT",
			shows: "several phones",
			options: {},
			find: async () => [],
			expand: async ({ target }) => (target === "phones" ? ["phone:a", "phone:b?colour=1"] : []),
			open: () => Promise.reject(new Error("it has none of its own")),
		};
		const expanding = new DeviceRegistry([phones, all]);
		const targets = async (text: string) => (await expanding.expand(text)).map((spec) => spec.text);
		expect(await targets("all:phones")).toEqual(["phone:a", "phone:b?colour=1"]);
		expect(await targets("all:desks")).toEqual([]);
		expect(await targets("phone:c")).toEqual(["phone:c"]);
		await expect(expanding.expand("toaster:1")).rejects.toMatchObject({ code: "unknown-device-kind" });
	});

	it("refuses options that a kind has not, with the nearest that it has", () => {
		const message = (text: string) => {
			try {
				registry.parse(text);
				return "taken";
			} catch (error) {
				return error instanceof PortholeError ? `${error.code}: ${error.message}` : String(error);
			}
		};
		expect(message("phone:a?id=x&name=X&ask=later&control=ask&colour=red")).toBe("taken");
		expect(message("phone:a?color=red")).toMatch(
			/^bad-device-spec: .*phone:a\?color=red.*no option "color".*Did you mean colour\?/,
		);
		expect(message("phone:a?nmae=X")).toMatch(/Did you mean name\?/);
		expect(message("phone:a?=x")).toMatch(
			/no option ""\. It takes colour, id, name, ask, control, clipboard\.$/,
		);
		expect(message("phone:a?zzzzzzzz")).toMatch(/It takes colour, id, name, ask, control, clipboard\.$/);
		expect(message(`phone:a?${"o".repeat(900)}`).length).toBeLessThan(1400);
		expect(message("phon:a")).toMatch(/^unknown-device-kind: .*Did you mean phone:\?/);
		expect(message("phone:a?constructor=1")).toMatch(/no option "constructor"/);
	});

	it("names the kinds there are when it is asked for another", () => {
		expect(() => registry.parse("toaster:1")).toThrow(
			expect.objectContaining({
				code: "unknown-device-kind",
				message: expect.stringContaining("phone, desk"),
			}),
		);
		expect(() => registry.parse("toaster")).toThrow(expect.objectContaining({ code: "bad-device-spec" }));
		expect(() => registry.parse("constructor:")).toThrow(
			expect.objectContaining({ code: "unknown-device-kind" }),
		);
	});

	it("does not open a spec that another registry parsed", async () => {
		const spec = new DeviceRegistry([new FakeProvider("toaster")]).parse("toaster:1");
		await expect(registry.open(spec)).rejects.toMatchObject({ code: "unknown-device-kind" });
	});

	it("hands on a provider's own error, and gives any other a code and the spec", async () => {
		phones.failure = new PortholeError("display-unreachable", "There is no display.");
		await expect(registry.open(registry.parse("phone:a"))).rejects.toBe(phones.failure);
		phones.failure = new Error("ECONNREFUSED");
		await expect(registry.open(registry.parse("phone:a"))).rejects.toMatchObject({
			code: "device-not-opened",
			message: "Could not open phone:a: ECONNREFUSED.",
			cause: phones.failure,
		});
	});
});
