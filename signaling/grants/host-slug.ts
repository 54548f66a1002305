/** Longest slug, so that a qualified device id has room for the device's own. */
const MAX_SLUG = 20;

/** What a host's name becomes in device ids: `Ana's Studio` is `ana-s-studio`; numbered when another host has it. */
export function hostSlug(name: string, taken: ReadonlySet<string>): string {
	const plain = name
		.normalize("NFKD")
		.toLowerCase()
		.replace(/\p{M}/gu, "")
		.replace(/[^a-z0-9]+/g, "-");
	const base = trimDashes(trimDashes(plain).slice(0, MAX_SLUG)) || "host";
	for (let number = 1; ; number++) {
		const suffix = number === 1 ? "" : `-${number}`;
		const slug = trimDashes(base.slice(0, MAX_SLUG - suffix.length)) + suffix;
		if (!taken.has(slug)) return slug;
	}
}

function trimDashes(text: string): string {
	return text.replace(/^-+|-+$/g, "");
}
