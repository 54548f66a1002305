import type { Answer, MacMachine, SimulatorBackends } from "../../server/cli/doctor/mac/machine.ts";
import type { SimulatorProbe } from "../../server/native/addon.ts";

/** What a program says: its output, or more of how it ended. */
export type Said = string | Partial<Answer>;

/** UDIDs of the fake Mac's simulators. */
export const UDIDS = {
	booted: "5F0A7B1E-0C1D-4E2F-8A3B-4C5D6E7F8091",
	off: "11111111-2222-4333-8444-555555555555",
} as const;

const SIMULATORS = {
	runtimes: [
		{
			identifier: "com.apple.CoreSimulator.SimRuntime.iOS-26-1",
			name: "iOS 26.1",
			buildversion: "23B86",
			isAvailable: true,
		},
		{
			identifier: "com.apple.CoreSimulator.SimRuntime.iOS-18-0",
			name: "iOS 18.0",
			buildversion: "22A3351",
			isAvailable: false,
		},
	],
	devices: {
		"com.apple.CoreSimulator.SimRuntime.iOS-26-1": [
			{
				udid: UDIDS.booted,
				name: "Anna's phone",
				state: "Booted",
				isAvailable: true,
				deviceTypeIdentifier: "com.apple.CoreSimulator.SimDeviceType.iPhone-17-Pro",
			},
			{ udid: UDIDS.off, name: "iPad", state: "Shutdown", isAvailable: true },
		],
		"com.apple.CoreSimulator.SimRuntime.iOS-18-0": [
			{ udid: UDIDS.off, name: "old", state: "Shutdown", isAvailable: false },
		],
	},
};

/** `xcrun simctl list --json` of the fake Mac, with changes on top. */
export const simctlList = (changes: Partial<Record<keyof typeof SIMULATORS, unknown>> = {}) =>
	JSON.stringify({ ...SIMULATORS, ...changes });

const PROBES: SimulatorProbe[] = [
	{ group: "framework", name: "CoreSimulator", found: true, detail: "/Library/Developer/PrivateFrameworks" },
	{ group: "class", name: "SimServiceContext", found: true, detail: "CoreSimulator" },
	{ group: "symbol", name: "IndigoHIDMessageForButton", found: true, detail: "SimulatorKit" },
	{ group: "encoder", name: "VideoToolbox", found: true, detail: "hardware, 312 bytes" },
];

const BACKENDS: SimulatorBackends = {
	chosen: "addon",
	backends: [
		{ name: "addon", state: "in-use", detail: "CoreSimulator of Xcode 26.1" },
		{ name: "baguette", state: "unusable", detail: "baguette is not installed" },
		{ name: "screenshots", state: "spare", detail: "pictures by simctl" },
	],
};

export interface FakeMacOptions {
	/** Answers that differ from those of a Mac on which all is well, by command line; undefined: no such program. */
	readonly said?: Readonly<Record<string, Said | undefined>>;
	readonly arch?: string;
	readonly user?: number;
	readonly probes?: () => SimulatorProbe[] | undefined;
	readonly simulatorBackends?: () => Promise<SimulatorBackends>;
}

/**
 * A Mac for `doctor`. Its answers are written from the manual pages of the programs and from their output as it is quoted
 * in public reports; none was recorded by us.
 */
export function fakeMac(options: FakeMacOptions = {}): MacMachine & { readonly asked: string[] } {
	const asked: string[] = [];
	const said: Record<string, Said | undefined> = {
		"sw_vers -productVersion": "26.1\n",
		"sw_vers -buildVersion": "25B78\n",
		"sysctl -n machdep.cpu.brand_string": "Apple M2\n",
		"sysctl -n sysctl.proc_translated": "0\n",
		"sysctl -n kern.hv_vmm_present": "0\n",
		"xcode-select -p": "/Applications/Xcode.app/Contents/Developer\n",
		"xcodebuild -version": "Xcode 26.1\nBuild version 17B55\n",
		"xcrun simctl list --json": simctlList(),
		[`xcrun simctl spawn ${UDIDS.booted} notifyutil -g com.apple.coredevice.dtuhidd.active`]:
			"com.apple.coredevice.dtuhidd.active 0\n",
		"/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate": "Firewall is disabled. (State = 0)\n",
		...options.said,
	};
	return {
		asked,
		arch: options.arch ?? "arm64",
		user: options.user ?? 501,
		async ask(program, args) {
			const line = [program, ...args].join(" ");
			asked.push(line);
			const answer = said[line];
			if (answer === undefined) return { code: undefined, text: `spawn ${program} ENOENT`, words: "" };
			return { code: 0, text: "", words: "", ...(typeof answer === "string" ? { text: answer } : answer) };
		},
		simulatorProbes: options.probes ?? (() => PROBES),
		simulatorBackends: options.simulatorBackends ?? (async () => BACKENDS),
	};
}
