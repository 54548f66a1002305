/** Edits between a word and what was probably meant: as many as a slip of the fingers makes. */
const MAX_EDITS = 2;
/** Longer words are not looked at. */
const LONGEST = 40;

/** " Did you mean …?" with the nearest of some words, or nothing where none is near. */
export function didYouMean(word: string, words: readonly string[], shown = (one: string) => one): string {
	const nearest = nearestWord(word, words);
	return nearest === undefined ? "" : ` Did you mean ${shown(nearest)}?`;
}

/** The word with the fewest edits to it (insert, delete, replace, swap two); undefined where none is near. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
	if (word.length > LONGEST) return undefined;
	const most = Math.min(MAX_EDITS, Math.floor(word.length / 2));
	const near = words
		.map((one) => ({ one, edits: editsBetween(word.toLowerCase(), one.toLowerCase()) }))
		.filter(({ edits }) => edits <= most);
	return near.sort((a, b) => a.edits - b.edits)[0]?.one;
}

/** Optimal string alignment: the Levenshtein distance, in which two neighbours that are swapped are one edit. */
function editsBetween(from: string, to: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: to.length + 1 }, (_, at) => at);
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		for (let j = 1; j <= to.length; j++) {
			const replaced = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
			let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
			const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
			if (isSwapped) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
			row.push(edits);
		}
		beforeLast = last;
		last = row;
	}
	return last[to.length] ?? 0;
}
