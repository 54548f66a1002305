import { describe, expect, it } from "vitest";
import { macFindings } from "../../../../../server/cli/doctor/mac/mac.ts";
import type { Finding } from "../../../../../server/cli/doctor/report.ts";
import { type FakeMacOptions, fakeMac, simctlList, UDIDS } from "../../../../fakes/fake-mac.ts";

/** What is found on a Mac, by name. */
async function examine(options: FakeMacOptions = {}) {
	const mac = fakeMac(options);
	const findings = await macFindings(mac);
	const named = (name: string): Finding | undefined => findings.find((one) => one.name === name);
	return { asked: mac.asked, findings, named, bad: findings.filter(({ state }) => state === "bad") };
}

const NOTIFY = `xcrun simctl spawn ${UDIDS.booted} notifyutil -g com.apple.coredevice.dtuhidd.active`;
const FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate";

describe("a Mac on which all is well", () => {
	it("has nothing but good findings, each thing by its version", async () => {
		const { findings, named } = await examine();
		expect(findings.filter(({ state }) => state !== "good")).toEqual([]);
		expect(named("macOS")?.detail).toBe("26.1 (25B78)");
		expect(named("processor")?.detail).toBe("Apple M2, Node for arm64");
		expect(named("Xcode")?.detail).toBe("26.1 (17B55) at /Applications/Xcode.app/Contents/Developer");
		expect(named("simulator runtimes")?.detail).toBe("iOS 26.1 (23B86); iOS 18.0 (22A3351), unavailable");
		expect(named("simulators")?.detail).toBe("2, booted: iPhone 17 Pro, iOS 26.1");
		expect(named("simulator addon")?.detail).toBe("3 of 3 names found in this Xcode");
		expect(named("class SimServiceContext")?.detail).toBe("CoreSimulator");
		expect(named("encoder VideoToolbox")?.detail).toContain("hardware");
		expect(named("input transport")?.detail).toBe("indigo, as this is Xcode 26.1");
		expect(named("input of iPhone 17 Pro, iOS 26.1")?.detail).toMatch(/active is 0, older services/);
		expect(named("permissions")?.detail).toContain("neither screen recording");
		expect(named("way to simulators")?.detail).toBe("addon");
	});

	it("is told without names that people gave and without identifiers of their simulators", async () => {
		const text = JSON.stringify((await examine()).findings);
		for (const secret of ["Anna", ...Object.values(UDIDS)]) expect(text).not.toContain(secret);
	});
});

describe("macOS and the processor", () => {
	it.each([
		["13.7.1\n", "bad", "13.7.1 (25B78)"],
		["14.0\n", "good", "14.0 (25B78)"],
		[undefined, "warning", "sw_vers does not say"],
	])("of version %j is %s", async (version, state, detail) => {
		const { named } = await examine({ said: { "sw_vers -productVersion": version } });
		expect(named("macOS")).toMatchObject({ state, detail });
	});

	it("tell a Node that runs under Rosetta, and Intel's own from it", async () => {
		const translated = await examine({ arch: "x64", said: { "sysctl -n sysctl.proc_translated": "1\n" } });
		expect(translated.named("processor")).toMatchObject({
			state: "warning",
			detail: "Apple M2, but Node for x64 runs under Rosetta",
			remedy: expect.stringContaining("arm64"),
		});
		const intel = await examine({ arch: "x64", said: { "sysctl -n sysctl.proc_translated": undefined } });
		expect(intel.named("processor")?.state).toBe("good");
	});

	it("tell a virtual machine, in which coding is slower", async () => {
		const { named } = await examine({ said: { "sysctl -n kern.hv_vmm_present": "1\n" } });
		expect(named("virtual machine")?.state).toBe("warning");
	});
});

describe("Xcode", () => {
	it("is missing where nothing is chosen, and nothing of it is asked then", async () => {
		const { asked, named } = await examine({
			said: { "xcode-select -p": { code: 2, words: "error: unable to get active developer directory" } },
		});
		expect(named("Xcode")).toMatchObject({
			state: "bad",
			remedy: expect.stringContaining("xcode-select --switch"),
		});
		expect(asked.filter((line) => /^xcrun|^xcodebuild/.test(line))).toEqual([]);
		expect(named("permissions")?.state).toBe("good");
	});

	it("is not what the command line tools are: they have no simulators", async () => {
		const { named } = await examine({ said: { "xcode-select -p": "/Library/Developer/CommandLineTools\n" } });
		expect(named("Xcode")).toBeUndefined();
		expect(named("command line tools only")).toMatchObject({
			state: "bad",
			detail: "/Library/Developer/CommandLineTools: a compiler, but no simulators and no simctl",
		});
	});

	const PLIST =
		"plutil -extract CFBundleShortVersionString raw /Applications/Xcode.app/Contents/version.plist";
	it("tells its version from its file where xcodebuild refuses", async () => {
		const refused = { code: 69, words: "You have not agreed to the Xcode license agreements." };
		const { named } = await examine({ said: { "xcodebuild -version": refused, [PLIST]: "27.0\n" } });
		expect(named("Xcode")).toMatchObject({ state: "good", detail: expect.stringMatching(/^27\.0 at/) });
		expect(named("input transport")?.detail).toBe("dtuhid, as this is Xcode 27.0");
	});

	it.each([undefined, "not a version\n"])("may have no version that can be told (%j)", async (written) => {
		const { named } = await examine({ said: { "xcodebuild -version": undefined, [PLIST]: written } });
		expect(named("Xcode")).toMatchObject({ state: "warning", remedy: expect.stringContaining("license") });
		expect(named("input transport")?.state).toBe("warning");
	});
});

describe("simctl", () => {
	it.each([
		["fails", { code: 72, words: "unable to find utility simctl\n" }, "unable to find utility simctl"],
		["is not there", undefined, "ENOENT"],
		["ends without words", { code: 1 }, "exit code 1"],
		["answers no JSON", "== Devices ==", "cannot be read"],
		["answers other JSON", '{"devices": []}', "cannot be read"],
	])("is bad when it %s", async (_, answer, words) => {
		const { named } = await examine({ said: { "xcrun simctl list --json": answer } });
		expect(named("simctl")).toMatchObject({ state: "bad", detail: expect.stringContaining(words) });
		expect(named("simulators")).toBeUndefined();
	});

	it.each([
		["knows no runtime", { runtimes: [] }, "simulator runtimes", "none"],
		[
			"knows no runtime that is there",
			{ runtimes: [{ identifier: "a", name: "iOS 9", isAvailable: false }] },
			"simulator runtimes",
			"iOS 9 (unknown), unavailable",
		],
		["knows no simulator", { devices: {} }, "simulators", "none"],
	])("is bad when it %s", async (_, changes, name, detail) => {
		const { named } = await examine({ said: { "xcrun simctl list --json": simctlList(changes) } });
		expect(named(name)).toMatchObject({ state: "bad", detail });
	});

	it("may tell of things that are not understood, which are left out", async () => {
		const devices = {
			"com.apple.CoreSimulator.SimRuntime.xrOS-26-0": [
				{ udid: UDIDS.off, state: "Shutdown" },
				{ udid: "no udid", state: "Booted" },
				7,
			],
		};
		const { named } = await examine({ said: { "xcrun simctl list --json": simctlList({ devices }) } });
		expect(named("simulators")?.detail).toBe("1, none booted");
	});
});

describe("Apple's private names", () => {
	it("are told one by one; what is missing is a warning with what to do", async () => {
		const { named, bad } = await examine({
			probes: () => [
				{ group: "framework", name: "SimulatorKit", found: false, detail: "tried two places" },
				{ group: "class", name: "SimDevice", found: true, detail: "CoreSimulator" },
				{ group: "selector", name: "SimDevice -io", found: false, detail: "no such method" },
				{ group: "symbol", name: "IndigoHIDMessageForButton", found: false, detail: "SimulatorKit" },
			],
		});
		expect(bad).toEqual([]);
		expect(named("simulator addon")).toMatchObject({
			state: "warning",
			detail: "1 of 4 names found in this Xcode",
		});
		expect(named("framework SimulatorKit")).toMatchObject({
			state: "warning",
			detail: "missing: tried two places",
			remedy: expect.stringContaining("xcode-select"),
		});
		expect(named("class SimDevice")?.state).toBe("good");
		for (const name of ["selector SimDevice -io", "symbol IndigoHIDMessageForButton"])
			expect(named(name)).toMatchObject({ state: "warning", remedy: expect.stringContaining("--json") });
	});

	it("are followed by the encoder, which has to have coded a picture", async () => {
		const { named } = await examine({
			probes: () => [{ group: "encoder", name: "VideoToolbox", found: false, detail: "error -12902" }],
		});
		expect(named("encoder VideoToolbox")).toMatchObject({ state: "bad", detail: "error -12902" });
	});

	it.each([
		["an addon without that part", () => undefined, "no part for simulators"],
		[
			"no addon",
			() => {
				throw new Error("There is no addon.");
			},
			"There is no addon.",
		],
	])("are not known with %s", async (_, probes, words) => {
		const { named } = await examine({ probes });
		expect(named("simulator addon")).toMatchObject({
			state: "warning",
			detail: expect.stringContaining(words),
		});
	});
});

describe("input", () => {
	const xcode27 = { "xcodebuild -version": "Xcode 27.0\nBuild version 27A266a\n" };
	const name = "input of iPhone 17 Pro, iOS 26.1";

	it("goes through the daemon from Xcode 27 on, which may have it", async () => {
		const { named } = await examine({
			said: { ...xcode27, [NOTIFY]: "com.apple.coredevice.dtuhidd.active 1\n" },
		});
		expect(named("input transport")?.detail).toBe("dtuhid, as this is Xcode 27.0");
		expect(named(name)).toMatchObject({
			state: "good",
			detail: expect.stringContaining("dtuhidd has input"),
		});
	});

	it("is lost where an older Xcode is chosen and the daemon has it", async () => {
		const { named } = await examine({ said: { [NOTIFY]: "com.apple.coredevice.dtuhidd.active 1\n" } });
		expect(named(name)).toMatchObject({
			state: "warning",
			remedy: expect.stringContaining("Restart the simulator"),
		});
	});

	it.each([undefined, "", "notifyutil: error 1", { code: 1, text: "com.apple.coredevice.dtuhidd.active 1" }])(
		"has a state that may not be told: %j",
		async (answer) => {
			const { named } = await examine({ said: { [NOTIFY]: answer } });
			expect(named(name)).toMatchObject({
				state: "warning",
				detail: expect.stringContaining("cannot be read"),
			});
		},
	);

	it("is asked of no more than four simulators", async () => {
		const many = Array.from({ length: 9 }, (_, index) => ({
			udid: UDIDS.off.replace(/^1/, String(index)),
			state: "Booted",
		}));
		const { asked } = await examine({
			said: { "xcrun simctl list --json": simctlList({ devices: { "SimRuntime.iOS-26-1": many } }) },
		});
		expect(asked.filter((line) => line.includes("notifyutil"))).toHaveLength(4);
	});
});

describe("permissions", () => {
	it("are another user's where this runs as root", async () => {
		const { named } = await examine({ user: 0 });
		expect(named("user")).toMatchObject({ state: "warning", remedy: "Run porthole without sudo." });
	});

	it.each([
		["Firewall is enabled. (State = 1)", "good", "allow node"],
		[
			"Firewall is blocking all non-essential incoming connections. (State = 2)",
			"warning",
			"blocks everything",
		],
		[undefined, "good", "not told"],
	])("of the firewall that says %j are %s", async (answer, state, words) => {
		const { named } = await examine({ said: { [FIREWALL]: answer } });
		expect(named("firewall")).toMatchObject({ state, detail: expect.stringContaining(words) });
	});
});

describe("the ways to simulators", () => {
	const backends = [
		{ name: "addon", state: "unusable", detail: "no SimDevice" },
		{ name: "baguette", state: "failed", detail: "it ended" },
		{ name: "serve-sim", state: "in-use", detail: "serve-sim" },
		{ name: "screenshots", state: "unusable", detail: "no simctl" },
	];

	it("are told with the reasons why better ones are not used", async () => {
		const { named } = await examine({ simulatorBackends: async () => ({ chosen: "serve-sim", backends }) });
		expect(named("way to simulators")).toMatchObject({ state: "good", detail: "serve-sim" });
		expect(named("way addon")).toMatchObject({ state: "warning", detail: "unusable: no SimDevice" });
		expect(named("way baguette")).toMatchObject({ state: "warning", detail: "failed: it ended" });
		expect(named("way serve-sim")).toMatchObject({ state: "good", detail: "in-use: serve-sim" });
		expect(named("way screenshots")).toMatchObject({ state: "good", detail: "not needed: no simctl" });
	});

	it("are bad when none can be used, and when they cannot be asked", async () => {
		const none = await examine({
			simulatorBackends: async () => ({ backends: [...backends.slice(0, 2), ...backends.slice(3)] }),
		});
		expect(none.bad.map(({ name }) => name)).toEqual(["way to simulators"]);
		expect(none.named("way screenshots")?.state).toBe("warning");
		const silent = await examine({ simulatorBackends: () => Promise.reject(new Error("No addon.")) });
		expect(silent.named("way to simulators")).toMatchObject({ state: "bad", detail: "No addon." });
	});
});

it("each finding that is not good has a remedy", async () => {
	const everything: FakeMacOptions = {
		arch: "x64",
		user: 0,
		said: {
			"sw_vers -productVersion": "12.0",
			"sysctl -n sysctl.proc_translated": "1",
			"sysctl -n kern.hv_vmm_present": "1",
			"xcodebuild -version": undefined,
			"xcrun simctl list --json": undefined,
			[FIREWALL]: "(State = 2)",
		},
		probes: () => [{ group: "encoder", name: "VideoToolbox", found: false, detail: "" }],
		simulatorBackends: async () => ({ backends: [{ name: "addon", state: "unusable", detail: "no" }] }),
	};
	const { findings } = await examine(everything);
	expect(findings.filter(({ state }) => state !== "good").length).toBeGreaterThan(8);
	for (const finding of findings)
		expect(Boolean(finding.remedy), finding.name).toBe(finding.state !== "good");
});
