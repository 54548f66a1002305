/** The mark: a round window with water in it. */
export function Mark() {
	return (
		<svg aria-hidden viewBox="0 0 32 32" className="size-7">
			<title>Porthole</title>
			<circle cx="16" cy="16" r="14.500" className="fill-none stroke-accent" strokeWidth="3" />
			<path
				d="M6.500 17c3.200-2.400 6.300-2.400 9.500 0s6.300 2.400 9.500 0a9.600 9.600 0 0 1-19 0z"
				className="fill-accent"
			/>
		</svg>
	);
}
