import type { Finding } from "../probe.ts";
import type { MacMachine } from "./machine.ts";

/** Oldest macOS that the addon is built for. */
const OLDEST_MACOS = 14;

/** macOS, the processor, and whether Node is translated. */
export async function systemFindings(mac: MacMachine): Promise<Finding[]> {
	const [version, build, chip, translated, guest] = await Promise.all([
		say(mac, "sw_vers", "-productVersion"),
		say(mac, "sw_vers", "-buildVersion"),
		say(mac, "sysctl", "-n", "machdep.cpu.brand_string"),
		say(mac, "sysctl", "-n", "sysctl.proc_translated"),
		say(mac, "sysctl", "-n", "kern.hv_vmm_present"),
	]);
	return [
		macosFinding(version, build),
		processorFinding(mac.arch, chip, translated === "1"),
		...(guest === "1" ? [guestFinding] : []),
	];
}

/** The first line that a program says; undefined when it fails. */
async function say(mac: MacMachine, program: string, ...args: string[]): Promise<string | undefined> {
	const { code, text } = await mac.ask(program, args);
	return code === 0 ? text.trim().split("\n", 1)[0]?.slice(0, 200) : undefined;
}

function macosFinding(version: string | undefined, build: string | undefined): Finding {
	const name = "macOS";
	const remedy = `Porthole is built for macOS ${OLDEST_MACOS} or newer; update macOS.`;
	if (version === undefined) return { name, state: "warning", detail: "sw_vers does not say", remedy };
	const detail = build ? `${version} (${build})` : version;
	if (Number.parseInt(version, 10) >= OLDEST_MACOS) return { name, state: "good", detail };
	return { name, state: "bad", detail, remedy };
}

function processorFinding(arch: string, chip = "unknown", translated: boolean): Finding {
	const name = "processor";
	if (!translated) return { name, state: "good", detail: `${chip}, Node for ${arch}` };
	return {
		name,
		state: "warning",
		detail: `${chip}, but Node for ${arch} runs under Rosetta`,
		remedy: "Install Node for arm64: translated, everything costs more, and prebuilt addons may not fit.",
	};
}

const guestFinding: Finding = {
	name: "virtual machine",
	state: "warning",
	detail: "this macOS is a guest",
	remedy: "Expect software coding and slower frames; use the Mac itself where speed counts.",
};
