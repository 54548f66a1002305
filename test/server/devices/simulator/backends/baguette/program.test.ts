import { describe, expect, test } from "vitest";
import { BaguetteBackend } from "../../../../../../server/devices/simulator/backends/baguette/backend.ts";
import { BaguetteProgram } from "../../../../../../server/devices/simulator/backends/baguette/program.ts";
import { FakeClock } from "../../../../../fakes/fake-clock.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
const phone = { udid: UDID, name: "iPhone 17", runtime: "iOS 26.1", state: "Booted" };

function make(deviceSet?: string) {
	const tools = new FakeTools();
	tools.on("baguette list --json", { output: JSON.stringify({ available: [], running: [phone] }) });
	return { tools, program: new BaguetteProgram(tools, "baguette", deviceSet) };
}

describe("the program baguette", () => {
	test("lists simulators, those that run once", async () => {
		const { tools, program } = make();
		const off = { ...phone, udid: UDID.replace("0B", "1B"), name: "iPad", state: "Shutdown" };
		tools.on("baguette list --json", {
			output: JSON.stringify({ available: [off, { ...phone, state: "Shutdown" }], running: [phone] }),
		});
		expect(await program.list()).toEqual([off, phone]);
	});

	test("tells its version, or just its name", async () => {
		const { tools, program } = make();
		tools.on("baguette --version", { output: "0.2.2\n" });
		expect(await program.version()).toBe("baguette 0.2.2");
		tools.on("baguette --version", { code: 64, words: "Error: Unknown option" });
		expect(await program.version()).toBe("baguette");
		const backend = new BaguetteBackend(program, new FakeClock());
		expect(await backend.ready()).toBe("baguette");
	});

	test("tells the size of a screen in points, and is asked in its device set", async () => {
		const { tools, program } = make("/set");
		tools.on(`baguette chrome layout --udid ${UDID} --device-set /set`, {
			output: JSON.stringify({
				composite: { width: 552, height: 1115 },
				screen: { x: 57, y: 81, width: 438, height: 954 },
			}),
		});
		expect(await program.points(UDID)).toEqual({ width: 438, height: 954 });
	});

	test("switches, shakes and turns simulators", async () => {
		const { tools, program } = make();
		const directory = program.directory();
		for (const command of ["boot", "shutdown", "shake", "orientation"]) tools.on(`baguette ${command}`, {});
		await directory.boot(UDID);
		await directory.shutdown(UDID);
		await directory.shake(UDID);
		await program.turn(UDID, "portrait-upside-down");
		expect(tools.ran).toEqual([
			`baguette boot --udid ${UDID}`,
			`baguette shutdown --udid ${UDID}`,
			`baguette shake --udid ${UDID}`,
			`baguette orientation --udid ${UDID} portrait-upside-down`,
		]);
	});

	test("is told how the interface is to lie, which turns the other way than the device", async () => {
		const { tools, program } = make();
		tools.on("baguette orientation", {});
		for (const held of ["portrait", "landscape-left", "landscape-right"] as const)
			await program.turn(UDID, held);
		expect(tools.ran.map((line) => line.split(" ").at(-1))).toEqual([
			"portrait",
			"landscape-right",
			"landscape-left",
		]);
	});

	test("fails with its last words, or with what it is that cannot be read", async () => {
		const { tools, program } = make();
		tools.on("baguette boot", { code: 1, words: "warming up\nboot failed: no runtime\n" });
		await expect(program.directory().boot(UDID)).rejects.toMatchObject({
			code: "program-failed",
			message: `baguette boot --udid ${UDID} ended with exit code 1: boot failed: no runtime`,
		});
		tools.on("baguette list --json", { output: '{"running":[{"udid":"../../etc"}],"available":[]}' });
		await expect(program.list()).rejects.toMatchObject({ code: "bad-answer" });
		const backend = new BaguetteBackend(new BaguetteProgram(new FakeTools(), "baguette"), new FakeClock());
		await expect(backend.ready()).rejects.toMatchObject({ code: "program-missing" });
	});
});
