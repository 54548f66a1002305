/** A number of a query string; undefined when it is absent or no finite number. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
	const text = query.get(name) ?? "";
	const value = Number(text);
	return text !== "" && Number.isFinite(value) ? value : undefined;
}
