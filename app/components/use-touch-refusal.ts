import { useEffect, useState } from "react";
import type { ControlView } from "../viewer/control-view.ts";

/** How long the words stay, ms. */
const STAYS = 4000;

/** Says why a touch did nothing: once, until it would have to say something else. */
export function useTouchRefusal({ refusal }: ControlView): { readonly words: string; tell(): void } {
	const [told, setTold] = useState("");
	const [words, setWords] = useState("");
	useEffect(() => {
		if (refusal !== words) setWords("");
		if (refusal === "") setTold("");
	}, [refusal, words]);
	useEffect(() => {
		if (words === "") return;
		const timer = setTimeout(() => setWords(""), STAYS);
		return () => clearTimeout(timer);
	}, [words]);
	return {
		words,
		tell() {
			if (refusal === told) return;
			setTold(refusal);
			setWords(refusal);
		},
	};
}
