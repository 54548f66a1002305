import { expect, test } from "vitest";
import { guestIsThere, runInGuest } from "../support/guest-machine.ts";

// Connecting to a CID of the machine that runs the tests could leave it towards its own hypervisor, so never here.
test.skipIf(!guestIsThere())(
	"both ends of HXFR speak AF_VSOCK in an emulated machine of their own",
	async () => {
		const output = await runInGuest("in-guest.ts");
		const lines = output.split("\n").filter((line) => line.startsWith("guest-"));
		const passed = lines.filter((line) => line.startsWith("guest-pass"));
		expect(lines.slice(-2), output).toEqual(["guest-done", "guest-exit 0"]);
		expect(passed, output).toHaveLength(lines.length - 2);
		expect(passed.length).toBeGreaterThanOrEqual(6);
		console.log(passed.join("\n"));
	},
	150_000,
);
