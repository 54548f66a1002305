/// Checks what macOS has of its own against fakes of Apple's C frameworks (`apple-fakes/`). Prints one line a check, "ok
/// NAME" or "not ok NAME: what did not hold"; exit code 1 when one failed. Names given are the only ones run. `--sps`
/// writes an SPS as LiveSps makes it for each line of hexadecimal digits that it reads. Run by test/native/apple.test.ts.

#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "checks.h"
#include "encode/sps.h"
#include "stage.h"

namespace {

using porthole::check::Bytes;

int RewriteSps() {
	std::string line;
	while (std::getline(std::cin, line)) {
		Bytes sps;
		for (std::size_t at = 0; at + 1 < line.size(); at += 2) {
			sps.push_back(static_cast<std::uint8_t>(std::stoul(line.substr(at, 2), nullptr, 16)));
		}
		const std::optional<Bytes> live = porthole::LiveSps(sps);
		for (const std::uint8_t byte : live.value_or(Bytes{})) std::printf("%02x", byte);
		std::printf("\n");
	}
	return 0;
}

}  // namespace

int main(int count, char** words) {
	if (count == 2 && std::strcmp(words[1], "--sps") == 0) return RewriteSps();
	porthole::check::CheckList checks({words + 1, words + count});
	porthole::check::RunSeedChecks(checks);
	porthole::check::RunConversionChecks(checks);
	porthole::check::RunEncoderChecks(checks);
	porthole::check::RunCoderChecks(checks);
	porthole::check::RunSurfaceChecks(checks);
	porthole::check::RunTroubleChecks(checks);
	return checks.exit_code();
}
