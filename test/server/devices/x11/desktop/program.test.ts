import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../../../server/devices/clock.ts";
import {
	findProgram,
	Program,
	SupervisedProgram,
} from "../../../../../server/devices/x11/desktop/program.ts";
import { FakeClock, settled } from "../../../../fakes/fake-clock.ts";

const shell = (script: string, output = false) => ({
	command: "/bin/sh",
	arguments: ["-c", script],
	environment: { PATH: process.env.PATH },
	output,
});

/** Whether a process is there and not only waiting to be collected. */
async function runs(pid: number): Promise<boolean> {
	const { readFile } = await import("node:fs/promises");
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	return stat !== "" && !/^\d+ \(.*\) Z/.test(stat);
}

describe("a program", { timeout: 20_000 }, () => {
	it("tells how it ended, and what it said last", async () => {
		const program = new Program(shell("echo first >&2; echo 'last words' >&2; exit 3"));
		expect(await program.ended).toBe("ended with exit code 3");
		expect(program.lastError).toBe("last words");
	});

	it("tells that it could not be started", async () => {
		const program = new Program({ command: "/no/such/program", arguments: [], environment: {} });
		expect(await program.ended).toMatch(/could not be started/);
		await program.end(systemClock);
	});

	it("is ended together with what it started", async () => {
		const program = new Program(shell("sleep 60 & echo $!; wait", true));
		const child = Number(await program.firstLine(systemClock, 5000));
		expect(await runs(child)).toBe(true);
		await program.end(systemClock);
		await program.end(systemClock);
		await vi.waitFor(async () => expect(await runs(child)).toBe(false), { timeout: 5000 });
	});

	it("is forced to end when it does not want to", async () => {
		const program = new Program(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done", true));
		await program.firstLine(systemClock, 5000);
		const clock = new FakeClock();
		const ended = program.end(clock);
		await settled();
		clock.advance(999);
		expect(clock.pending).toBe(1);
		clock.advance(1);
		await ended;
		expect(await program.ended).toBe("was ended by SIGKILL");
	});

	it("that says nothing in time has failed, and one that ends without a word has said nothing", async () => {
		const clock = new FakeClock();
		const silent = new Program(shell("sleep 60", true));
		const told = silent.firstLine(clock, 3000);
		clock.advance(3000);
		await expect(told).rejects.toMatchObject({ code: "program-failed" });
		await silent.end(systemClock);
		expect(await new Program(shell("exit 0", true)).firstLine(systemClock, 5000)).toBeUndefined();
	});

	it("is found on the PATH, or not at all", async () => {
		expect(await findProgram("sh", { PATH: "/nowhere:/bin" })).toBe("/bin/sh");
		expect(await findProgram("sh", { PATH: "/nowhere" })).toBeUndefined();
	});
});

describe("a supervised program", { timeout: 20_000 }, () => {
	it("is started again when it ends, and not after it was closed", async () => {
		const clock = new FakeClock();
		const supervised = new SupervisedProgram(shell("echo $$; read nothing; sleep 60", true), clock, () => {});
		const first = Number(await supervised.firstLine(5000));
		clock.advance(60_000);
		process.kill(first, "SIGKILL");
		await vi.waitFor(() => expect(clock.pending).toBe(1), { timeout: 5000 });
		clock.advance(0);
		const second = Number(await supervised.firstLine(5000));
		expect(second).not.toBe(first);
		await supervised.close();
		expect(await runs(second)).toBe(false);
		expect(clock.pending).toBe(0);
	});

	it("is given up when it fails again and again", async () => {
		const clock = new FakeClock();
		const givenUp: string[] = [];
		const supervised = new SupervisedProgram(shell("echo broken >&2; exit 1"), clock, (how) =>
			givenUp.push(how),
		);
		for (let failures = 1; failures < 4; failures++) {
			await vi.waitFor(() => expect(clock.pending).toBe(1), { timeout: 5000 });
			clock.advance(500);
		}
		await vi.waitFor(() => expect(givenUp).toEqual(["ended with exit code 1: broken"]), { timeout: 5000 });
		expect(clock.pending).toBe(0);
		await supervised.close();
	});
});
