import { isIPv4, isIPv6 } from "node:net";

/** Groups of an IPv6 address that name the network (RFC 4291 section 2.5.4); in the rest one person may have any. */
const NETWORK_GROUPS = 4;

/** Who counts as one: an IPv4 address or an IPv6 network of 64 bits. */
export function networkOf(address = ""): string {
	const mapped = address.replace(/^::ffff:/i, "");
	if (isIPv4(mapped)) return mapped;
	if (!isIPv6(address)) return "unknown";
	const [head = "", tail = ""] = (address.split("%", 1)[0] ?? "").toLowerCase().split("::");
	const before = groupsOf(head);
	const after = groupsOf(tail);
	const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
	const groups = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS);
	return groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}

function groupsOf(part: string): string[] {
	return part === "" ? [] : part.split(":");
}
