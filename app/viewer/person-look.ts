/** Colours that tell people apart; see `--person-…` in the stylesheet. */
const COLOURS = 8;

/** One or two letters for somebody's face. */
export function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/);
	const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
		firstLetter(word ?? ""),
	);
	return letters.join("").toUpperCase();
}

/** A person's colour by their number on the device, as CSS. */
export function colourOf(number: number): string {
	return `var(--person-${number % COLOURS})`;
}

/** What people see as one character, which may be several code points (Unicode Standard Annex 29). */
function firstLetter(word: string): string {
	const [first] = new Intl.Segmenter().segment(word);
	return first?.segment ?? "";
}
