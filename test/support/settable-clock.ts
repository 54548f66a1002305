import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A process's wall clock that a test can set while it runs, as NTP or a person sets a machine's. */
export interface SettableClock {
	/** Environment of the process. */
	readonly environment: Readonly<Record<string, string>>;
	/** Sets the clock to the machine's time and this much, ms. */
	set(ahead: number): Promise<void>;
	close(): Promise<void>;
}

/** Debian's libfaketime between a process and its system calls. Steady clocks and timers are the machine's own. */
export async function makeSettableClock(): Promise<SettableClock> {
	const library = readdirSync("/usr/lib")
		.map((folder) => join("/usr/lib", folder, "faketime", "libfaketimeMT.so.1"))
		.find((path) => existsSync(path));
	if (!library) throw new Error("There is no libfaketime; `node setup/main.mjs test` installs it.");
	const folder = await mkdtemp(join(tmpdir(), "porthole-clock-"));
	const file = join(folder, "time");
	const set = (ahead: number) => writeFile(file, `${ahead < 0 ? "-" : "+"}${Math.abs(ahead) / 1000}\n`);
	await set(0);
	return {
		environment: {
			LD_PRELOAD: library,
			FAKETIME_TIMESTAMP_FILE: file,
			FAKETIME_NO_CACHE: "1",
			FAKETIME_DONT_FAKE_MONOTONIC: "1",
			DONT_FAKE_MONOTONIC: "1",
		},
		set,
		close: () => rm(folder, { recursive: true, force: true }),
	};
}
